"""Arrays on disk: written as a whole, and compared with what they must be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from autograder.data.catalog import ArraySpec


def problems(arrays: Mapping[str, ArraySpec], folder: Path) -> dict[str, str]:
    """What is wrong, by array: missing, truncated, of another shape, or if none of these, with other contents."""
    found = quick_problems(arrays, folder)
    if found:
        return found
    differ = (name for name, spec in arrays.items() if sha256(folder / f"{name}.npy") != spec.sha256)
    return {name: f"{folder / name}.npy has other contents than the original" for name in differ}


def quick_problems(arrays: Mapping[str, ArraySpec], folder: Path) -> dict[str, str]:
    """The same without reading the contents."""
    found = {name: quick_problem(folder / f"{name}.npy", spec) for name, spec in arrays.items()}
    return {name: problem for name, problem in found.items() if problem}


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_array(path: Path, array: np.ndarray) -> None:
    """Write a `.npy` file, format 1.0; it is on the disk when this returns. Raises OSError.

    `numpy.save` raises an OSError without an errno when the disk is full, which hides the reason.
    """
    contiguous = np.ascontiguousarray(array)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(contiguous))
        file.write(contiguous.data)
        file.flush()
        os.fsync(file.fileno())


def quick_problem(path: Path, spec: ArraySpec) -> str:
    """What is wrong with a file, without reading its contents; empty if nothing is."""
    try:
        array = open_array(path)
    except FileNotFoundError:
        return f"{path} is not there"
    except (OSError, ValueError) as error:
        return f"{path} is damaged ({error})"
    if array.shape != spec.shape or array.dtype != np.uint8:
        return f"{path} holds {array.dtype} of shape {array.shape} instead of uint8 of shape {spec.shape}"
    return ""


def open_array(path: Path) -> np.ndarray:
    """The array, read-only and memory-mapped. Raises OSError or ValueError when it isn't there or whole."""
    return np.lib.format.open_memmap(path, mode="r")
