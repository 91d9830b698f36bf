"""Finds the submissions of a class in what a learning management system lets a teacher download."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from autograder.submission.archives import Unreadable, archive_entries, folder_entries
from autograder.submission.names import (
    Refused,
    is_archive,
    is_source,
    leftover,
    natural_key,
    safe_name,
    visible,
    without_suffix,
)
from autograder.submission.records import MEGABYTE, Limits, MachineError, SubmissionError
from autograder.submission.staging import Stage

CLASS_LIMITS: Final = Limits(
    total_bytes=50_000 * MEGABYTE,
    files=200_000,
    archive_depth=0,
    archive_entries=500_000,
    stream_bytes=50_000 * MEGABYTE,
)
CANVAS: Final = re.compile(
    r"(?P<student>[^_/]+)(?P<late>_LATE)?_(?P<id>\d{3,})_(?:(?P<upload>\d{3,})_(?P<file>.+)|text\.html)",
    re.IGNORECASE,
)
MOODLE: Final = re.compile(
    r"(?P<student>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.IGNORECASE
)
GRADESCOPE: Final = re.compile(r"submission_(?P<id>\d+)", re.IGNORECASE)
GRADESCOPE_METADATA: Final = "submission_metadata.yml"
# Folders and archives with such names are the parts of one student's work, not students.
PARTS: Final = re.compile(
    "(hw|homework|assignment|problem|part|task|exercise|ex|question|q|p|section|week|lab"
    "|src|source|code|lib|utils|notebooks?|scripts?|models?|data|datasets?|figures?|plots?|images?|results?|outputs?"
    "|reports?|docs?|tests?|checkpoints|logs|runs|weights|mlp|xor|cnn|mnist|cifar|bonus|old|backup|final|solutions?)"
    "[-_ ]?[0-9]*[a-z]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class StudentFiles:
    """One student's submission in a class's download, as `collect(one.files, into, name=...)` takes it."""

    student: str  # according to the names in the download
    id: str = ""  # the system's number for the student or the submission
    late: bool = False
    files: tuple[tuple[str, Path], ...] = ()  # (the student's own name for it, its path here)


@dataclass(frozen=True)
class Found:
    """The submissions found, in natural order of the students' names, and what was left out on the way."""

    submissions: tuple[StudentFiles, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Student:
    student: str
    late: bool = False
    files: list[tuple[str, Path]] = field(default_factory=list)


def find_submissions(path: Path, into: Path, *, is_class: bool | None = None) -> Found:
    """The submissions in `path`: one, or those of a class. A class's archive is unpacked below `into`.

    `is_class` decides what `path` is; None leaves it to names, in this order:

    1. A notebook or script is one submission.
    2. Canvas (`lovelaceada_LATE_12345_67890_hw1.zip`), when all names on top follow the pattern.
    3. Moodle (`Ada Lovelace_12345_assignsubmission_file_`), when any name on top does.
    4. Gradescope, when `submission_metadata.yml` is there or all folders are `submission_12345`.
    5. A plain class: two or more archives or folders with sources on top; no source, PDF or requirements file
       beside them; none a Python package; none named like a part of one work (`problem2`, `src`, ...).
    6. Anything else is one submission, so that a student's work is never torn apart by a guess.

    A single folder around everything does not count as "on top". Several files of one Canvas or Moodle
    student are one submission. Canvas's `-1` for a second upload is removed from scripts, which could not be
    imported with it.

    In a class, a student's folder that is empty or has only leftovers is a submission without files to grade, listed among
    the others.

    Raises SubmissionError for what does not exist or cannot be read, MachineError for a full disk.
    """
    if not path.exists():
        raise SubmissionError(f"There is no file or folder {path}.")
    alone = Found((_submission_at(path),))
    if is_class is False or not (path.is_dir() or is_archive(path.name)):
        return alone
    try:
        top, names = _without_wrapper(_names(path))
    except Unreadable:  # a damaged archive is one student's, until somebody says otherwise
        top, names = "", []
    except OSError as error:
        raise SubmissionError(f"{path.name} cannot be opened: {error.strerror}.") from error
    read = _reader(names) or (_plain if is_class else None)
    if read is None:
        return alone
    notes: tuple[str, ...] = ()
    if path.is_file():
        notes = _unpack(path, into)
        top, names = _without_wrapper(_names(into))
    folder = (into if path.is_file() else path) / top
    tops = {name.split("/")[0] for name in names}
    found = read(folder, sorted(tops, key=natural_key))
    known = {one.id or one.student for one in found}
    found += [one for one in read(folder, _empty_folders(folder, tops)) if (one.id or one.student) not in known]
    return Found(tuple(sorted(found, key=lambda one: natural_key(one.student))), notes)


def _names(path: Path) -> list[str]:
    """The names of all files in a folder or archive, leftovers not counted. Raises Unreadable."""
    if path.is_dir():
        return [entry.name for entry in folder_entries(path) if not leftover(entry.name)]
    names = []
    with path.open("rb") as file:
        for entry in archive_entries(file, CLASS_LIMITS):
            with suppress(Refused):
                if not entry.folder:
                    names.append(safe_name(entry.name, CLASS_LIMITS))
    return [name for name in names if not leftover(name)]


def _empty_folders(folder: Path, filled: Collection[str]) -> list[str]:
    """The top folders of a class that are not `filled`, except those of tools and of parts of a work."""
    return [
        child.name
        for child in folder.iterdir()
        if child.name not in filled
        and child.is_dir()
        and not child.is_symlink()
        and not child.name.startswith(".")
        and not leftover(f"{child.name}/any")
        and not PARTS.fullmatch(child.name)
    ]


def _without_wrapper(names: list[str]) -> tuple[str, list[str]]:
    """The single folder around everything, and the names inside it; a student's folder is not a wrapper."""
    top = ""
    while names:
        first = names[0].split("/")[0]
        if not all(name.startswith(f"{first}/") for name in names) or _of_a_student(first):
            break
        top += f"{first}/"
        names = [name.removeprefix(f"{first}/") for name in names]
    return top, names


def _of_a_student(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in (CANVAS, MOODLE, GRADESCOPE))


def _unpack(path: Path, into: Path) -> tuple[str, ...]:
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise FileExistsError(f"{into} holds files already; unpacking needs a folder of its own")
    try:
        with tempfile.TemporaryDirectory(dir=into.parent) as scratch, path.open("rb") as file:
            stage = Stage(into, Path(scratch), CLASS_LIMITS)
            stage.take_archive(file)
            stage.settle()
            for folder in stage.folders:
                with suppress(OSError):  # a file of that name, mostly
                    (into / folder).mkdir(parents=True, exist_ok=True)
    except Unreadable as damage:
        stage.notes.add(damage.sentence(path.name))
    except OSError as error:
        raise MachineError(f"{path.name} cannot be unpacked into {into}: {error.strerror}.") from error
    return stage.notes.sentences()


Reader = Callable[[Path, list[str]], list[StudentFiles]]


def _reader(names: list[str]) -> Reader | None:
    """The layout that the names follow; None for one submission. `find_submissions` has the rules."""
    tops = {name.split("/")[0] for name in names}
    folders = {name.split("/")[0] for name in names if "/" in name}
    if tops and all(CANVAS.fullmatch(top) for top in tops):
        return _canvas
    if any(MOODLE.fullmatch(top) for top in tops):
        return _moodle
    if GRADESCOPE_METADATA in tops or (folders and all(GRADESCOPE.fullmatch(folder) for folder in folders)):
        return _gradescope
    loose = tops - folders
    if any(is_source(name) or name.casefold().endswith(".pdf") or "requirement" in name.casefold() for name in loose):
        return None
    members = {name.split("/")[0] for name in names if "/" in name and (is_source(name) or is_archive(name))}
    members |= {name for name in loose if is_archive(name)}
    packages = {name.split("/")[0] for name in names if re.fullmatch("[^/]+/__init__.py", name)}
    parts = any(PARTS.fullmatch(without_suffix(name) if name in loose else name) for name in members | folders)
    return _plain if len(members) >= 2 and not packages and not parts else None


def _canvas(folder: Path, tops: list[str]) -> list[StudentFiles]:
    students: dict[str, _Student] = {}
    for top in tops:
        match = CANVAS.fullmatch(top)
        if match:
            one = students.setdefault(match["id"], _Student(match["student"]))
            one.late = one.late or bool(match["late"])
            file = re.sub(r"-\d+(?=\.py$)", "", match["file"] or "text.html")
            taken = {name for name, _ in one.files}
            one.files.append((match["file"] if file in taken else file, folder / top))
    return _records(students)


def _moodle(folder: Path, tops: list[str]) -> list[StudentFiles]:
    students: dict[str, _Student] = {}
    for top in tops:
        match = MOODLE.fullmatch(top)
        if match:
            one = students.setdefault(match["id"], _Student(match["student"]))
            if match["kind"].casefold() == "onlinetext" and one.files:
                continue  # an empty form beside the files, mostly
            one.files.append((match["file"] or match["student"], folder / top))
    return _records(students)


def _records(students: dict[str, _Student]) -> list[StudentFiles]:
    return [StudentFiles(_name(one.student), number, one.late, tuple(one.files)) for number, one in students.items()]


def _name(found: str) -> str:
    """A student's name as in reports and review files: macOS writes é as e and an accent, keyboards don't."""
    return visible(unicodedata.normalize("NFC", found))


def _gradescope(folder: Path, tops: list[str]) -> list[StudentFiles]:
    submitters = _gradescope_names(folder / GRADESCOPE_METADATA)
    return [
        StudentFiles(_name(submitters.get(top) or top), match["id"], files=((top, folder / top),))
        for top in tops
        if (match := GRADESCOPE.fullmatch(top)) and (folder / top).is_dir()
    ]


def _gradescope_names(metadata: Path) -> dict[str, str]:
    """Folder to the names of its submitters, joined with " and "; empty if the file is missing or malformed."""
    try:
        content: Any = YAML(typ="safe").load(metadata.read_text(encoding="utf-8"))
        return {
            str(folder): " and ".join(str(submitter[":name"]) for submitter in facts[":submitters"])
            for folder, facts in content.items()
        }
    except (OSError, ValueError, YAMLError, AttributeError, LookupError, TypeError):
        return {}


def _plain(folder: Path, tops: list[str]) -> list[StudentFiles]:
    paths = [folder / top for top in tops]
    return [_submission_at(path) for path in paths if path.is_dir() or is_archive(path.name) or is_source(path.name)]


def _submission_at(path: Path) -> StudentFiles:
    name = path.name if path.is_dir() else without_suffix(path.name)
    return StudentFiles(_name(name), files=((path.name, path),))
