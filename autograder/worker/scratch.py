"""Restores the folders that student code may write to: every session finds them as they were before any student code ran.

Sessions are forks in one sandbox, with one scratch folder. The next session must not see what one leaves there: a check alone
gives the same result as all together. Most sessions leave nothing, so we first look whether anything changed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_ENTRIES: Final = 20_000  # that are removed; for more, or deeper ones, a new sandbox is quicker
MOST_KEPT_BYTES: Final = 64 * 2**20  # of a file outside the submission, such as matplotlib's font list

State = tuple[int, ...]


class NotRestored(Exception):
    """What a session left could not be removed; a new sandbox is needed."""


@dataclass(frozen=True)
class _Kept:
    """A file, folder or link as it was. Its content is in a read-only file, or here."""

    mode: int
    content: Path | bytes


class Scratch:
    """Remembers folders and restores them. `submission` is the original of `<folders[0]>/submission`."""

    def __init__(self, folders: Sequence[Path], submission: Path) -> None:
        self._folders = tuple(folders)
        self._submission = submission
        self._kept = {path: self._remembered(path, about) for path, about in self._walk()}
        self._states = self._seen()

    def restore(self) -> None:
        """Undo all changes. Raises NotRestored."""
        try:
            if self._is_untouched():
                return
            for folder in self._folders:
                if folder.stat().st_uid == os.getuid():  # a container's is root's: no session can have locked it
                    folder.chmod(stat.S_IRWXU)
                _empty(folder)
            for path, kept in self._kept.items():
                _make(path, kept)
            for path, kept in self._kept.items():
                if not stat.S_ISLNK(kept.mode):  # last: a folder's mode may forbid creating its contents
                    path.chmod(stat.S_IMODE(kept.mode))
            found = {path: stat.S_IFMT(about.st_mode) for path, about in self._walk()}
            if found != {path: stat.S_IFMT(kept.mode) for path, kept in self._kept.items()}:
                raise NotRestored("something is left")
            self._states = self._seen()
        except (OSError, RecursionError) as error:
            raise NotRestored(str(error)) from error

    def _is_untouched(self) -> bool:
        try:
            return self._seen() == self._states
        except PermissionError:  # a folder that a session locked
            return False

    def _seen(self) -> dict[Path, State]:
        return {path: _state(about) for path, about in self._walk()}

    def _walk(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Everything below the folders, folders before their contents; without other mounts."""
        count = 0
        for top in self._folders:
            device = top.lstat().st_dev
            waiting = [top]
            while waiting:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        about = entry.stat(follow_symlinks=False)
                        if about.st_dev != device:
                            continue
                        count += 1
                        if count > MOST_ENTRIES:
                            raise NotRestored("there is too much")
                        yield Path(entry.path), about
                        if stat.S_ISDIR(about.st_mode):
                            waiting.append(Path(entry.path))

    def _remembered(self, path: Path, about: os.stat_result) -> _Kept:
        content: Path | bytes = b""
        copy = self._folders[0] / "submission"
        if stat.S_ISLNK(about.st_mode):
            content = os.readlink(path).encode()
        elif stat.S_ISREG(about.st_mode):
            if path.is_relative_to(copy):
                content = self._submission / path.relative_to(copy)
            elif about.st_size <= MOST_KEPT_BYTES:
                content = path.read_bytes()
        return _Kept(about.st_mode, content)


def _state(about: os.stat_result) -> State:
    """A state that differs after any change: no program can set `ctime`."""
    return about.st_ino, about.st_mode, about.st_nlink, about.st_size, about.st_mtime_ns, about.st_ctime_ns


def _empty(folder: Path) -> None:
    """Delete a folder's contents, even if its owner was locked out; mounts stay, with the folders above them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                with contextlib.suppress(OSError):  # a mount point belongs to somebody else
                    os.chmod(entry.path, stat.S_IRWXU)
                _empty(Path(entry.path))
                with contextlib.suppress(OSError):
                    os.rmdir(entry.path)
            else:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def _make(path: Path, kept: _Kept) -> None:
    if stat.S_ISDIR(kept.mode):
        path.mkdir(exist_ok=True)
    elif stat.S_ISLNK(kept.mode):
        assert isinstance(kept.content, bytes)
        path.symlink_to(os.fsdecode(kept.content))
    elif isinstance(kept.content, Path):
        shutil.copyfile(kept.content, path)
    else:
        path.write_bytes(kept.content)
