#!/usr/bin/env python3
"""Times training steps of partgrad's models in PyTorch: one row of CSV with a header, as `partgrad bench` prints it.

Frozen batch norm, multi-similarity loss over the whole batch, AdamW, channels_last; a gradient portion as in TensorFlow
Similarity's proposal: the first K samples are forwarded with a tape, the others without; with --compile, by torch.compile.
Needs python3-torch; scripts/peers/torch runs it."""
import argparse
import os
import resource
import statistics
import time

import torch

import torch_models


def multi_similarity(z, labels, alpha=2, beta=40, epsilon=0.1, center=0.5):
    """Wang et al. 2019, equations 11, 12 and 15."""
    s = z @ z.T
    same = labels[:, None] == labels[None, :]
    positive, negative = same & ~torch.eye(len(z), dtype=torch.bool), ~same
    with torch.no_grad():
        least = s.masked_fill(~positive, 9).min(1, keepdim=True).values
        greatest = s.masked_fill(~negative, -9).max(1, keepdim=True).values
        positive, negative = positive & (s < greatest + epsilon), negative & (s > least - epsilon)
    pull = (torch.exp(-alpha * (s - center)) * positive).sum(1).log1p() / alpha
    push = (torch.exp(beta * (s - center)) * negative).sum(1).log1p() / beta
    return (pull + push).mean()


def step(network, optimizer, images, labels, selected, bf16):
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        # The part with gradient first: autocast keeps the weights it cast under no_grad, without their gradient.
        z = network(images[:selected])
        if selected < len(images):
            with torch.no_grad():
                rest = network(images[selected:])
            z = torch.cat([z, rest])
    multi_similarity(z.float(), labels).backward()
    optimizer.step()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=torch_models.TRUNKS, default="mobilenet_v2")
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--portion", type=float, default=1)
    parser.add_argument("--precision", choices=["bf16", "f32"], default="f32")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(given.threads or len(os.sched_getaffinity(0)))
    torch.manual_seed(0)
    model = torch_models.create(given.model, 128).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6, weight_decay=1e-4)
    network = torch.compile(model, dynamic=False) if given.compile else model
    warmup = 2 if given.compile else 1
    images = torch.rand(given.batch, 3, given.image_size, given.image_size).to(memory_format=torch.channels_last)
    labels = torch.arange(given.batch) // 4
    selected = max(1, round(given.portion * given.batch))
    seconds = []
    for _ in range(given.steps + warmup):
        start = time.perf_counter()
        step(network, optimizer, images, labels, selected, given.precision == "bf16")
        seconds.append(time.perf_counter() - start)
    seconds = sorted(seconds[warmup:])
    median = statistics.median(seconds)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    row = {
        "model": given.model,
        "image_size": given.image_size,
        "batch_size": given.batch,
        "portion": f"{given.portion:g}",
        "precision": given.precision,
        "mode": "compiled" if given.compile else "eager",
        "threads": torch.get_num_threads(),
        "images_per_second": f"{given.batch / median:.1f}",
        "step_milliseconds": f"{1e3 * median:.1f}",
        "least_milliseconds": f"{1e3 * seconds[0]:.1f}",
        "greatest_milliseconds": f"{1e3 * seconds[-1]:.1f}",
        "peak_rss_bytes": rss,
        "version": torch.__version__,
    }
    print(",".join(row))
    print(",".join(map(str, row.values())))


main()
