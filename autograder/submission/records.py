"""What the collector returns: the submission, the limits it applies, and the ways it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.errors import MachineLacks, WrongUse

MEGABYTE: Final = 1_000_000


class SubmissionError(WrongUse):
    """Nothing of this submission can be graded. The message says why, in words for a student."""


class MachineError(SubmissionError, MachineLacks):
    """The grader's own machine failed, for example with a full disk; the student is not to blame."""


@dataclass(frozen=True)
class Limits:
    """The maximum size of one submission. What exceeds a limit is left out with a note; the rest is graded."""

    total_bytes: int = 200 * MEGABYTE  # all that is collected, files in inner archives included
    source_bytes: int = 20 * MEGABYTE  # one notebook or script
    notebook_bytes: int = 1_000 * MEGABYTE  # one notebook, before its largest outputs are left out to make it fit
    files: int = 2_000  # files collected, not counting leftovers such as caches
    ratio: int = 200  # ratio of unpacked to packed size; honest notebooks stay below 20
    ratio_free_bytes: int = 10 * MEGABYTE  # this much may be unpacked whatever the ratio
    archive_depth: int = 1  # archives inside what was handed in: opened this many levels down
    archive_entries: int = 100_000  # names listed in one zip, leftovers included
    stream_bytes: int = 2_000 * MEGABYTE  # a tar has no index: read to its end, but no further than this
    folder_depth: int = 20  # folders inside folders
    path_bytes: int = 1_000  # a path inside the submission, as UTF-8


@dataclass(frozen=True)
class Submission:
    """One submission, collected. All paths are POSIX paths relative to `folder`."""

    name: str
    sha256: str  # over names and contents as they were handed in; equal for a folder and its archive
    folder: Path
    sources: tuple[str, ...]  # notebooks, then scripts, each in natural order
    files: tuple[str, ...]  # everything collected
    notes: tuple[str, ...]  # what was repaired, refused or left out, a sentence each
    requirements: str | None  # the requirements file
    reports: tuple[str, ...]  # PDF files
