"""Arrays that the grader left on disk for the worker: opened by name and memory-mapped, so that workers share pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np


class StoredArrays(Mapping[str, np.ndarray]):
    """'mnist/train-images' -> the array in `<folder>/mnist/train-images.npy`, opened on access."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> np.ndarray:
        path = self.path(name)
        if not path.is_file():
            raise KeyError(f"no stored array is called {name!r}")
        array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
        return array

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.npy"

    def __iter__(self) -> Iterator[str]:
        for path in sorted(self._folder.rglob("*.npy")):
            yield path.relative_to(self._folder).with_suffix("").as_posix()

    def __len__(self) -> int:
        return sum(1 for _ in self)
