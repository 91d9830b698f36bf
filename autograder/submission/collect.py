"""Collects one submission, whatever it came as, into a fresh folder. Runs nothing of it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from autograder import limited
from autograder.submission import repairing, versions
from autograder.submission.archives import Entry, Unreadable, folder_entries, single_entry
from autograder.submission.names import (
    find_requirements,
    is_archive,
    is_notebook,
    is_source,
    natural_key,
    visible,
    without_suffix,
)
from autograder.submission.records import Limits, MachineError, Submission, SubmissionError
from autograder.submission.staging import Notes, Stage, writing

DEFAULT_LIMITS = Limits()
READING: Final = limited.Bounds(
    seconds=60.0, memory=1_500_000_000
)  # bytes of memory; one source of 20 MB takes most of it
READING_SECONDS: Final = 180.0  # of all sources together


def collect(
    handed_in: Path | Sequence[tuple[str, Path]],
    into: Path,
    *,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
    named: Collection[str] = (),
) -> Submission:
    """Copy or unpack one submission into the folder `into`, which must not exist yet or be empty.

    `handed_in` is a folder, a .zip, a .tar (also .gz, .bz2, .xz), a notebook or a script; or several such
    files as (the student's name for it, its path here), as learning management systems store them. A single
    folder on top is stripped, unless it is a Python package; archives inside are opened one level down.
    Sources are collected as UTF-8 and notebooks in format 4; `sha256` is taken before that. Earlier versions of a
    source are among the `files` only, unless a mapping refers to them (`named`).

    `into` appears only when all is done. Raises SubmissionError when nothing can be graded, MachineError when
    this machine is at fault, FileExistsError when `into` is not empty.
    """
    if into.exists() and any(into.iterdir()):
        raise FileExistsError(f"{into} holds files already; collect needs a folder of its own")
    files = [(_name_of(handed_in), handed_in)] if isinstance(handed_in, Path) else list(handed_in)
    if not files:
        raise SubmissionError("Nothing was handed in.")
    try:
        name = name or (files[0][0] if files[0][1].is_dir() else without_suffix(files[0][0]))
        into.parent.mkdir(parents=True, exist_ok=True)
        workplace = tempfile.TemporaryDirectory(prefix=".collecting-", dir=into.parent)
    except OSError as error:
        raise MachineError(f"Nothing can be written to {into.parent}: {error.strerror}.") from error
    with workplace as scratch:
        root = Path(scratch) / "files"
        root.mkdir()
        stage = Stage(root, Path(scratch), limits)
        _fill(stage, files)
        stage.settle()
        top, digests = _without_top_folder(stage.digests)
        sources = _repair_sources(root / top, digests, stage.notes)
        if not sources:
            raise SubmissionError(_nothing_gradable(files, digests, stage.notes))
        sources = _without_earlier(root / top, sources, digests, named, stage.notes)
        try:
            if into.exists():
                into.rmdir()
            os.replace(root / top, into)
        except OSError as error:
            raise MachineError(f"{into} can't be made: {error.strerror}.") from error
    return _described(visible(name), into, sources, digests, stage.notes)


def is_of(sha256: str, files: Sequence[tuple[str, Path]], limits: Limits = DEFAULT_LIMITS) -> bool:
    """Whether `collect` gives these files this hash. Raises MachineError when this machine is at fault."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        root = Path(scratch) / "files"
        root.mkdir()
        stage = Stage(root, Path(scratch), limits)
        try:
            _fill(stage, list(files))
            stage.settle()
        except MachineError:
            raise
        except SubmissionError:
            return False
        return sha256 == _digest_of_all(_without_top_folder(stage.digests)[1])


def _name_of(path: Path) -> str:
    return path.name or path.resolve().name  # "." has no name of its own


def _fill(stage: Stage, files: Sequence[tuple[str, Path]]) -> None:
    """Take all of `files` into the stage, noting what breaks off."""
    name, path = files[0]
    try:
        for _, each in files:
            if not each.exists():
                raise SubmissionError(f"There is no file or folder {each}.")
        if len(files) > 1:
            stage.take(_listed_entries(files))
        elif path.is_dir():
            stage.take(folder_entries(path))
        elif path.is_file() and is_archive(name):
            with path.open("rb") as file:
                stage.take_archive(file)
        elif path.is_file() and is_source(name):
            stage.take([single_entry(name, path)])
        else:
            raise SubmissionError(
                f"{name} is not a folder, archive (.zip, .tar.gz), notebook (.ipynb) or script (.py)."
            )
    except Unreadable as damage:
        stage.notes.add(damage.sentence(name))
    except OSError as error:
        raise SubmissionError(f"{name} cannot be opened: {error.strerror}.") from error


def _listed_entries(files: Sequence[tuple[str, Path]]) -> Iterator[Entry]:
    for name, path in files:
        if path.is_dir():
            for entry in folder_entries(path):
                yield Entry(f"{name}/{entry.name}", entry.open, entry.size, entry.link, entry.refused)
        else:
            yield single_entry(name, path)


def _without_top_folder(digests: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The folder that all paths start with, and the paths without it. A Python package keeps its name."""
    top = ""
    while digests:
        first = next(iter(digests)).split("/")[0] + "/"
        if not all(path.startswith(first) for path in digests) or f"{first}__init__.py" in digests:
            break
        top += first
        digests = {path.removeprefix(first): digest for path, digest in digests.items()}
    return top, digests


def _repair_sources(folder: Path, paths: dict[str, str], notes: Notes) -> tuple[str, ...]:
    """Repair the sources in place and return the readable ones, in reading order."""
    in_order = sorted(filter(is_source, paths), key=lambda path: (not is_notebook(path), natural_key(path)))
    sources: list[str] = []
    patience = limited.Patience(READING_SECONDS)
    waiting = in_order
    while waiting and (seconds := patience.left(READING.seconds)):
        given = {"folder": str(folder), "paths": waiting}
        heard = limited.read_apart(repairing.repaired, given, replace(READING, seconds=seconds))
        for path, told in zip(waiting, heard.records, strict=False):
            if _is_mended(path, told, notes):
                sources.append(path)
        waiting = waiting[len(heard.records) :]
        if heard.problem and waiting:  # that one has ended the process: the others are read without it
            notes.add(f"{waiting[0]} is not graded: {heard.problem}. Clear its stored outputs and hand it in again.")
            waiting = waiting[1:]
    if waiting:
        notes.add(f"Not graded because reading all sources takes more than {READING_SECONDS:g} seconds", *waiting)
    return tuple(sources)


def _without_earlier(
    folder: Path, sources: tuple[str, ...], paths: Iterable[str], named: Collection[str], notes: Notes
) -> tuple[str, ...]:
    """The sources without earlier versions of others, with a note on those."""
    if families := versions.families(sources):
        mappings = [path for path in paths if PurePosixPath(path).name.casefold() == versions.MAPPING]
        given = {
            "folder": str(folder),
            "families": families,
            "sources": sources,
            "mappings": mappings,
            "named": list(named),
        }
        for record in limited.read_apart(versions.told, given, READING).records:
            notes.add(versions.sentence(record["chosen"], record["left_out"]))
            sources = tuple(path for path in sources if path not in record["left_out"])
    notebooks = [path for path in sources if is_notebook(path)]
    if len(notebooks) > 1:
        notes.add(f"{len(notebooks)} notebooks were handed in and are read in this order: {', '.join(notebooks)}.")
    return sources


def _is_mended(path: str, told: dict[str, Any], notes: Notes) -> bool:
    """Whether a source can be graded, with a note on each repair, or on why not. Raises MachineError for the disk."""
    if "disk" in told:
        with writing(path):
            raise OSError(told["disk"], os.strerror(told["disk"]))
    if "problem" in told:
        notes.add(f"{path} can't be read as a notebook: {told['problem']}.")
        return False
    for remark in told["remarks"]:
        notes.add(f"{path} {remark}.")
    return True


def _described(name: str, folder: Path, sources: tuple[str, ...], digests: dict[str, str], notes: Notes) -> Submission:
    files = tuple(sorted(digests, key=natural_key))
    requirements = find_requirements(files)
    if requirements and PurePosixPath(requirements).name != "requirements.txt":
        notes.add(f"{requirements} is taken for requirements.txt.")
    return Submission(
        name=name,
        sha256=_digest_of_all(digests),
        folder=folder,
        sources=sources,
        files=files,
        notes=notes.sentences(),
        requirements=requirements,
        reports=tuple(path for path in files if path.casefold().endswith(".pdf")),
    )


def _digest_of_all(digests: dict[str, str]) -> str:
    whole = hashlib.sha256()
    for path in sorted(digests):
        whole.update(f"{path}\0{digests[path]}\n".encode())
    return whole.hexdigest()


def _nothing_gradable(files: Sequence[tuple[str, Path]], digests: dict[str, str], notes: Notes) -> str:
    name = ", ".join(given for given, _ in files)
    if not digests and not notes.sentences():
        return f"Nothing was handed in: {name} is empty. A submission needs a notebook (.ipynb) or scripts (.py)."
    found = f" There is only: {', '.join(sorted(digests, key=natural_key)[:5])}." if digests else ""
    reasons = "".join(f" {sentence}" for sentence in notes.sentences())
    return f"{name} holds no notebook (.ipynb) or script (.py) that can be graded.{found}{reasons}"
