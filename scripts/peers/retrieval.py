#!/usr/bin/env python3
"""retrieval.py PROGRAM - times `partgrad evaluate` on random unit embeddings beside OpenBLAS's own rate for the products it
needs and FAISS's exact search for the neighbors it ranks: one row of CSV with a header.

Needs python3-numpy, python3-faiss and OpenBLAS's OpenMP flavour; what is missing leaves its columns empty."""
import argparse
import ctypes
import glob
import os
import resource
import subprocess
import tempfile
import time

import numpy


def least(repetitions, run):
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def sgemm_seconds(z):
    """Z Z^T in blocks of 4,000 x 4,000, the shape that OpenBLAS is fastest with."""
    library = glob.glob("/usr/lib/*/openblas-openmp/libopenblas.so.0")
    if not library:
        return None
    blas = ctypes.CDLL(library[0])
    block, dim = min(4000, len(z)), z.shape[1]
    product = numpy.empty((block, block), numpy.float32)
    pointer = lambda array: array.ctypes.data_as(ctypes.c_void_p)
    one, zero = ctypes.c_float(1), ctypes.c_float(0)
    multiply = lambda: blas.cblas_sgemm(101, 111, 112, block, block, dim, one, pointer(z), dim, pointer(z[-block:].copy()), dim, zero, pointer(product), block)
    multiply()
    return least(5, multiply) * (len(z) / block) ** 2


def faiss_seconds(z, neighbors):
    try:
        import faiss
    except ImportError:
        return None
    index = faiss.IndexFlatIP(z.shape[1])
    index.add(z)
    return least(1, lambda: index.search(z, neighbors))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--images", type=int, default=60000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--per-class", type=int, default=60)
    given = parser.parse_args()
    z = numpy.random.default_rng(0).standard_normal((given.images, given.dim), dtype=numpy.float32)
    z /= numpy.linalg.norm(z, axis=1, keepdims=True)
    with tempfile.TemporaryDirectory() as folder:
        embeddings, labels = os.path.join(folder, "z.npy"), os.path.join(folder, "labels.npy")
        numpy.save(embeddings, z)
        numpy.save(labels, (numpy.arange(given.images) // given.per_class).astype(numpy.int32))
        ours = least(1, lambda: subprocess.run([given.program, "evaluate", embeddings, labels], check=True, stdout=subprocess.DEVNULL))
    rss = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    sgemm, faiss = sgemm_seconds(z), faiss_seconds(z, given.per_class + 1)
    text = lambda value, form: "" if value is None else format(value, form)
    print("images,dim,seconds,peak_rss_bytes,sgemm_seconds,share_of_sgemm,faiss_seconds,faiss_ratio")
    print(f"{given.images},{given.dim},{ours:.2f},{rss},{text(sgemm, '.2f')},{text(sgemm and sgemm / ours, '.2f')},"
          f"{text(faiss, '.2f')},{text(faiss and faiss / ours, '.2f')}")


main()
