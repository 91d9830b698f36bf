"""One epoch of MNIST through torchvision's pipeline and through the worker's `MemoryLoader`, side by side.

`python -m benchmarks.loaders [--repeats 5] [--threads 1]`, after `autograder data fetch mnist`. Both run in
this process on the same images, batch 128, shuffled, no loader processes; repeats alternate, so that a busy
moment of the machine meets both. "iterate" only takes the batches; "train" also trains the 784-128-64-10
network with Adam, which costs both the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder import data
from autograder.worker.probing.loaders import MemoryLoader
from autograder.worker.torchvision_shim import make_importable

BATCH_SIZE: Final = 128
Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]


def torchvision_loader(folder: Path) -> Batches:
    """`DataLoader` over `torchvision.datasets.MNIST`, as students write it; its files go to `folder`."""
    make_importable()
    from torchvision import datasets, transforms

    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for split, prefix in (("train", "train"), ("test", "t10k")):
        images = data.open_set("mnist", split)
        write_idx(raw / f"{prefix}-images-idx3-ubyte", images.images)
        write_idx(raw / f"{prefix}-labels-idx1-ubyte", images.labels)
    dataset: Any = datasets.MNIST(folder, train=True, transform=transforms.ToTensor())
    return torch.utils.data.DataLoader(dataset, batch_size=BATCH_SIZE, shuffle=True)


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write a uint8 array in MNIST's own format, IDX: 0, 0, type 8, number of axes, their lengths."""
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes())


def memory_loader() -> Batches:
    digits = data.open_set("mnist", "train")
    return MemoryLoader(digits.images, digits.labels, batch_size=BATCH_SIZE, shuffle=True, flatten=True)


def iterate(loader: Batches) -> None:
    for _ in loader:
        pass


def train(loader: Batches) -> None:
    torch.manual_seed(0)
    dense = (nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    model = nn.Sequential(nn.Flatten(), *dense)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_fn = nn.CrossEntropyLoss()
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()


def seconds(work: Callable[[Batches], None], loader: Batches) -> float:
    start = time.perf_counter()
    work(loader)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        loaders = {"torchvision": torchvision_loader(Path(folder)), "memory": memory_loader()}
        seconds(train, loaders["memory"])  # the first optimizer of a process imports a good part of torch
        print(f"torch {torch.__version__}, {options.threads} thread(s), {options.repeats} repeats")
        print("seconds an epoch, median [min-max]")
        for work in (iterate, train):
            times: dict[str, list[float]] = {name: [] for name in loaders}
            for _ in range(options.repeats):
                for name, loader in loaders.items():
                    times[name].append(seconds(work, loader))
            for name, each in times.items():
                print(f"{work.__name__:8} {name:12} {median(each):7.3f} [{min(each):.3f}-{max(each):.3f}]")
            ratio = median(times["torchvision"]) / median(times["memory"])
            print(f"{work.__name__:8} ratio        {ratio:7.1f}")


if __name__ == "__main__":
    main()
