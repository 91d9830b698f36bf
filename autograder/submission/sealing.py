"""Whether the grader's copy of a submission is still what was collected, after student code has run.

A sandbox shows the copy read-only. But the grader reads it again afterwards, and puts what it reads into a report: a file
that was replaced by a link to another file of the machine must not get there, even if code ran without a sandbox.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from autograder.submission.records import Submission


@dataclass(frozen=True)
class Seal:
    """The file system's record of each collected file: its identity, its size, and when anything about it last changed."""

    files: tuple[tuple[str, tuple[int, ...]], ...]


def seal(submission: Submission) -> Seal:
    """Note the state of a submission's files, before any of its code runs."""
    return Seal(tuple((name, _state(submission.folder / name)) for name in submission.files))


def broken(submission: Submission, sealed: Seal) -> tuple[str, ...]:
    """The files that are no longer the sealed ones: changed, replaced or gone."""
    return tuple(name for name, state in sealed.files if _state(submission.folder / name) != state)


def _state(path: Path) -> tuple[int, ...]:
    """Links are not followed, and no program can set the time of the last change (`ctime`); () if it is not a file."""
    try:
        about = path.lstat()
    except OSError:
        return ()
    if not stat.S_ISREG(about.st_mode):
        return ()
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns
