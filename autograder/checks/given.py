"""The stored arrays of an assignment's data sets that student code is given; test labels stay with the grader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder import data
from autograder.worker.stored import StoredArrays

GIVEN: Final = (("train", "images"), ("train", "labels"), ("test", "images"))


class StoredPaths(StoredArrays):
    """Stored arrays at given paths, for the reference's side."""

    def __init__(self, paths: dict[str, Path]) -> None:
        super().__init__(Path())
        self._paths = paths

    def path(self, name: str) -> Path:
        return self._paths[name]


def stored_paths(names: Sequence[str], *, sample: bool, samples: Path | None = None) -> dict[str, Path]:
    """The arrays that a worker may have, by name. Raises data.DataError when a set is not there."""
    return {
        f"{name}/{split}-{what}": data.array_path(name, split, what, sample=sample, samples=samples)
        for name in names
        for split, what in GIVEN
    }
