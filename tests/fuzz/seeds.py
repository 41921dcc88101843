#!/usr/bin/python3
"""Writes seeds/TARGET/: small right files of every kind, from which the fuzz targets begin."""
import gzip
import io
import json
import os
import struct
import tarfile
import zipfile

import numpy
import scipy.io
from PIL import Image

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds")
ROOT = os.path.join(FOLDER, "..", "..", "..")


def write(target, name, data):
    os.makedirs(os.path.join(FOLDER, target), exist_ok=True)
    with open(os.path.join(FOLDER, target, name), "wb") as file:
        file.write(data)


def pack():
    for size in (1, 3):
        names, provenance = b"a\0bc\0", b"dataset: seed\n\0"
        body = struct.pack("<iiiiII", 0, 1, 0, 1, 0, 2) + bytes([0, 1, 0, 1]) + names
        body += b"\0" * (-len(body) % 64) + bytes(range(4 * 3 * size * size)) + provenance
        head = struct.pack("<8sIIIIQQQQQ", b"PGPACK\r\n", 2, 4, 2, size, len(names), len(provenance), 64 + len(body), 0, 0)
        write("pack", f"size-{size}", head + body)


def safetensors():
    def tensors(**given):
        header, data = {}, b""
        for name, (kind, array) in given.items():
            name = name.replace("__", ".")
            bytes_ = array.tobytes()
            header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(bytes_)]}
            data += bytes_
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + data

    f = numpy.float32
    whole = {"conv1__weight": ("F32", numpy.ones((2, 3, 3, 3), f)), "bn1__running_var": ("F32", numpy.ones(2, f))}
    write("safetensors", "whole", tensors(**whole))
    write("safetensors", "head", tensors(**whole, head__weight=("F32", numpy.ones((4, 2), f)), head__bias=("F32", numpy.ones(4, f))))
    write("safetensors", "alias", tensors(conv1__weight=whole["conv1__weight"], norm__var=("F32", numpy.ones(2, f))))
    write("safetensors", "half", tensors(conv1__weight=("F16", numpy.ones((2, 3, 3, 3), numpy.float16)),
                                         bn1__running_var=("BF16", numpy.full(2, 0x3F80, numpy.uint16))))
    write("safetensors", "double", tensors(module__conv1__weight=("F64", numpy.ones((2, 3, 3, 3))),
                                           module__bn1__running_var=("F64", numpy.ones(2))))


def npy():
    for name in sorted(os.listdir(os.path.join(ROOT, "tests", "fixtures"))):
        if name.endswith(".npy") and name.startswith("npy-"):
            with open(os.path.join(ROOT, "tests", "fixtures", name), "rb") as file:
                write("npy", name, file.read())


def yaml():
    for name in sorted(os.listdir(os.path.join(ROOT, "experiments"))):
        with open(os.path.join(ROOT, "experiments", name), "rb") as file:
            write("yaml", name, file.read())
    write("yaml", "options.yaml", b"""dataset: cub
model: {name: conv4, embedding_dim: 16}
loss: [{name: triplet, margin: 0.1, triplets: all}, supcon, {name: proxy_nca, temperature: 0.1}]
optimizer: {name: sgd, momentum: 0.9}
memory_bank: {size: [0, 64], start_epoch: 2}
batch_size: [16, 32]
portion: [0.25, 1]
strategy: [top_loss, {name: random}]
seed: [1, 2, 3]
""")
    write("yaml", "merge.yaml", b"a: &a {name: triplet}\ndataset: cub\nloss:\n  <<: *a\n  margin: 0.3\n")


def csv():
    write("csv", "plain", b"name,value\na,1\nb,2.5\nc,\n")
    write("csv", "quoted", b'"na""me","a, b"\r\n"x\ny",nan\r\n')
    write("csv", "one", b"x\n1e300\n-inf\n")


def checkpoint():
    sizes = struct.pack("<QQQQQ", 4, 8, 20, 0, 4)
    write("checkpoint", "right", b"PGCKPT01" + sizes + b"settings" + bytes(range(24)) + b"\0" * 8)
    write("checkpoint", "other", b"PGCKPT01" + sizes + b"setting2" + bytes(range(24)) + b"\0" * 8)


def queries():
    def record(image, label, relevant, first, ap, rp):
        return struct.pack("<4i2d10i", image, label, relevant, first, ap, rp, *range(3), *[-1] * 7)
    records = record(3, 1, 2, 1, 0.75, 0.5) + record(4, 2, 0, 0, 0, 0) + record(5, 1, 1, 9, 0, 0)
    splits = struct.pack("<16sQ16sQ", b"test", 2, b"valid", 1)
    size = 64 + len(splits) + len(records)
    head = b"PGQRES\r\n" + struct.pack("<3Ii3QQQ", 1, 72, 2, 8, 7, 9, size, 0, 0)
    write("queries", "right", head + splits + records)
    write("queries", "cut", (head + splits + records)[:-72])


def selected():
    steps = bytes([3, 0, 5, 0xC8, 1, 1, 9, 0, 2, 7, 0])  # 0 5 205; 9; none; 7 7
    write("selected", "right", b"PGSEL1\r\n" + struct.pack("<4I5Q", 1, 300, 3, 2, 4, 7, 9, 0, 0) + steps)


def mat():
    fields = [("relative_im_path", object), ("class", object), ("test", object), ("bbox_x1", object)]
    rows = numpy.zeros((1, 3), dtype=fields)
    for i in range(3):
        rows[0, i] = (f"car_ims/{i}.jpg", numpy.uint8(i + 1), numpy.uint8(i % 2), numpy.float64(3.5 * i))
    cells = numpy.array([["Audi", "BMW M3", "Acura"]], dtype=object)
    for compressed in (False, True):
        file = io.BytesIO()
        scipy.io.savemat(file, {"annotations": rows, "class_names": cells}, do_compression=compressed)
        write("mat", "compressed" if compressed else "plain", file.getvalue())


def lists():
    cub = ["1 001.Albatross\n5 005.Auklet\n100 100.Tern\n101 101.Pelican\n", "1 1\n2 100\n7 101\n9 1\n",
           "1 0.0 0.0 40.0 20.0\n2 0.0 0.0 20.0 40.0\n7 10.0 0.0 40.0 20.0\n9 0.0 0.0 20.0 20.0\n",
           "7 101.Pelican/b.jpg\n1 001.Albatross/a.jpg\n2 100.Tern/c.jpg\n9 001.Albatross/d.jpg\n"]
    sop = ["image_id class_id super_class_id path\n1 1 1 bicycle_final/1_0.JPG\n2 1 1 bicycle_final/1_1.JPG\n",
           "image_id class_id super_class_id path\n59552 11319 1 bicycle_final/2_0.JPG\n"]
    write("lists", "cub", ("c" + "---\n".join(cub)).encode())
    write("lists", "cub-boxes", ("C" + "---\n".join(cub)).encode())
    write("lists", "cub-windows", ("c\ufeff" + "---\n".join(cub).replace("\n", "\r\n").replace("---\r\n", "---\n")).encode())
    write("lists", "sop", ("s" + "---\n".join(sop)).encode())
    inshop = "2\nimage_name item_id evaluation_status\nimg/WOMEN/Tees/id_1/1_1.jpg  id_1  train\nimg/MEN/Denim/id_2/1_1.jpg  id_2  query\n"
    write("lists", "inshop", ("i" + inshop + "---\n").encode())
    write("lists", "split", b"k# mine\ntrain 001.Albatross\ntest two words\nvalid c\nnone d\n")
    write("lists", "addresses", b"r# remark\ncub/CUB_200_2011.tgz 12 - - https://example.org/a http://example.org/b\n")


def picture(mode, width, height):
    values = numpy.add.outer(numpy.arange(height) * 7, numpy.arange(width) * 11)
    return Image.fromarray(numpy.stack([values, values * 3, values * 5], -1).astype(numpy.uint8)).convert(mode)


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def images():
    rgb = picture("RGB", 20, 14)
    exif = Image.Exif()
    exif[0x0112] = 6
    write("images", "plain.jpg", saved(rgb, "JPEG", quality=60))
    write("images", "progressive.jpg", saved(rgb, "JPEG", quality=30, progressive=True, subsampling=0))
    write("images", "turned.jpg", saved(rgb, "JPEG", quality=30, exif=exif))
    write("images", "gray.jpg", saved(picture("L", 9, 17), "JPEG", quality=50))
    write("images", "cmyk.jpg", saved(picture("CMYK", 16, 16), "JPEG", quality=50))
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        write("images", f"{mode}.png", saved(picture("RGBA" if mode == "LA" else "RGB", 9, 7).convert(mode), "PNG"))
    write("images", "plain.webp", saved(rgb, "WEBP", quality=40))
    write("images", "lossless.webp", saved(picture("RGBA", 10, 8), "WEBP", lossless=True))


def tar(members, mode="w", kind=tarfile.GNU_FORMAT):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode, format=kind) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def archives():
    members = [("./top/a.txt", b"one\n"), ("top/\u00e4.txt", b"two\n"), ("top/" + "long/" * 30 + "c", b"three")]
    write("archives", "plain.tar", tar(members))
    write("archives", "pax.tar", tar(members, kind=tarfile.PAX_FORMAT))
    write("archives", "plain.tgz", gzip.compress(tar(members), mtime=0))
    write("archives", "plain.tar.bz2", tar(members, "w:bz2"))
    write("archives", "plain.tar.xz", tar(members, "w:xz"))
    for name, method in (("stored.zip", zipfile.ZIP_STORED), ("deflated.zip", zipfile.ZIP_DEFLATED)):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            for member, data in members:
                archive.writestr(zipfile.ZipInfo(member), data)
        write("archives", name, file.getvalue())


def webdataset():
    members = [("0001.jpg", b"image"), ("0001.cls", b"0"), ("0002.cls", b"2\n"), ("0002.json", b"{}"), ("0002.png", b"image")]
    write("webdataset", "right.tar", tar(members))
    write("webdataset", "no-class.tar", tar(members[:1]))
    write("webdataset", "other-class.tar", tar([("a/1.seg.jpg", b"i"), ("a/1.cls", b"7")]))


def environment():
    start = {"machine": {}, "program": {}, "inputs": {}, "jobs": 1, "threads": 2}
    write("environment", "same", json.dumps({**start, "earlier": []}).encode())
    write("environment", "other", json.dumps({**start, "jobs": 3, "earlier": [start]}).encode())
    with open(os.path.join(ROOT, "tests", "fixtures", "run", "environment.json"), "rb") as file:
        write("environment", "run", file.read())


for target in (pack, safetensors, npy, yaml, csv, checkpoint, queries, selected, mat, lists, images, archives, webdataset, environment):
    target()
