"""The stored arrays of an assignment's data sets that student code is given; test labels stay with the grader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograder import data
from autograder.rubric import Profile, Rubric
from autograder.worker.stored import StoredArrays

SAMPLES: Final = Path("data_cache", "sample")  # relative to an assignment's root, if it brings its own
GIVEN: Final = (("train", "images"), ("train", "labels"), ("test", "images"))


class StoredPaths(StoredArrays):
    """Stored arrays at given paths, for the reference's side."""

    def __init__(self, paths: dict[str, Path]) -> None:
        super().__init__(Path())
        self._paths = paths

    def path(self, name: str) -> Path:
        return self._paths[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)


def samples_of(rubric: Rubric) -> Path | None:
    """The folder of the samples that an assignment brings itself; None if it uses those that come with the engine."""
    samples = rubric.root / SAMPLES
    return samples if samples.is_dir() else None


def stored_paths(rubric: Rubric, profile: Profile) -> dict[str, Path]:
    """The arrays that a worker may read, by name. Raises data.DataError when a set is not there."""
    samples = samples_of(rubric)
    return {
        f"{name}/{split}-{what}": data.array_path(name, split, what, sample=profile.sample, samples=samples)
        for name in rubric.assignment.data
        for split, what in GIVEN
    }
