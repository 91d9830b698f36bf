"""`pack`: the zip that is handed in, identical to the byte for identical work, and collected once more to verify it."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.rubric import Rubric
from autograder.starter.completeness import Finding, State, completeness
from autograder.submission import Submission, SubmissionError, collect

LARGE_BYTES: Final = 20_000_000
SAME_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip knows
MODE: Final = 0o100644 << 16


@dataclass(frozen=True)
class Packed:
    """What was found, and the zip, unless something was missing."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]  # of the collector: what was left out or repaired
    out: Path | None
    files: tuple[str, ...]
    large: tuple[tuple[str, int], ...] = ()  # the largest files, in bytes, of a zip that is too large for comfort

    @property
    def complete(self) -> bool:
        return all(finding.state is not State.MISSING for finding in self.findings)


def pack(path: Path, out: Path, rubric: Rubric, *, anyway: bool = False) -> Packed:
    """Check whether the work at `path` is complete, and write it to the zip `out` if it is, or `anyway`.

    What the collector takes for leftovers is left out: caches, checkpoints, data sets, virtual environments. Raises
    SubmissionError when nothing can be graded, or when `out` would be inside `path`.
    """
    if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
        raise SubmissionError(f"{out} would lie inside what it is made from; name a place outside with --out FILE.zip")
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        submission = collect(path, Path(scratch) / "submission")
        findings = tuple(completeness(rubric, submission))
        packed = Packed(findings, submission.notes, None, submission.files)
        if not packed.complete and not anyway:
            return packed
        made = Path(scratch) / "made.zip"
        write_zip(made, submission.folder, submission.files)
        _collected_alike(made, submission, Path(scratch) / "again")
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = out.with_name(f".{out.name}.partial")
        partial.write_bytes(made.read_bytes())
        os.replace(partial, out)
        return Packed(findings, submission.notes, out, submission.files, _large(submission, out))


def write_zip(out: Path, folder: Path, files: Iterable[str]) -> None:
    """A zip of these files of a folder, independent of when or where it is made."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, SAME_TIME)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = MODE
            archive.writestr(about, (folder / name).read_bytes())


def _collected_alike(made: Path, submission: Submission, folder: Path) -> None:
    """Raises SubmissionError if the grader would not find in the zip what was put into it."""
    again = collect(made, folder)
    if (again.files, again.sources) != (submission.files, submission.sources):
        lost = sorted(set(submission.files) ^ set(again.files))
        raise SubmissionError(
            f"The zip does not unpack to what was packed; look at {', '.join(lost) or 'the sources'}."
        )


def _large(submission: Submission, out: Path) -> tuple[tuple[str, int], ...]:
    if out.stat().st_size <= LARGE_BYTES:
        return ()
    sizes = [(name, (submission.folder / name).stat().st_size) for name in submission.files]
    return tuple(sorted(sizes, key=lambda each: -each[1])[:3])
