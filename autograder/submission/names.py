"""Names of files: which are safe, which are leftovers of tools, and in which order people read them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final

from autograder.submission.records import Limits

SOURCE_SUFFIXES: Final = (".ipynb", ".py")
ARCHIVE_SUFFIXES: Final = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".rar", ".7z",
)  # fmt: skip
PART_BYTES: Final = 255  # the longest name of one file or folder that common file systems take

LEFTOVER_FOLDERS: Final = {
    "__macosx": "macOS leftovers",
    ".ipynb_checkpoints": "notebook checkpoints",
    "__pycache__": "Python caches",
    ".mypy_cache": "Python caches",
    ".pytest_cache": "Python caches",
    ".ruff_cache": "Python caches",
    ".git": "version control data",
    ".hg": "version control data",
    ".svn": "version control data",
    ".idea": "editor settings",
    ".vscode": "editor settings",
    ".venv": "a virtual environment",
    "venv": "a virtual environment",
    "autograder_checks": "the starter kit's own checks",
    "site-packages": "a virtual environment",
    "node_modules": "installed packages",
    "cifar-10-batches-py": "data sets",
    "cifar-100-python": "data sets",
}
LEFTOVER_FILES: Final = {
    ".ds_store": "macOS leftovers",
    "._*": "macOS leftovers",
    "thumbs.db": "Windows leftovers",
    "desktop.ini": "Windows leftovers",
    "*.pyc": "Python caches",
    "*-ubyte": "data sets",
    "*-ubyte.gz": "data sets",
    "mnist.npz": "data sets",
    "cifar-10-python.tar.gz": "data sets",
    "cifar-100-python.tar.gz": "data sets",
}


class Refused(Exception):
    """One file is not taken. The message completes the sentence "Refused because ..."."""


def safe_name(name: str, limits: Limits) -> str:
    """The relative POSIX path for a name found in a submission, in Unicode form NFC.

    Backslashes count as separators, because Windows writes them into zips; see `visible` for odd characters.
    Raises Refused for a name that is absolute, leaves its folder or is too long.
    """
    if "\0" in name:
        raise Refused("the name holds a NUL character")
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    name = name.replace("\\", "/")
    if name.startswith("/") or re.match("[A-Za-z]:", name):
        raise Refused("the path is absolute")
    parts = [visible(part) for part in name.split("/") if part not in ("", ".")]
    if any(part.strip(" .") == "" for part in parts):  # ".." and its equivalents on Windows, such as ".. "
        raise Refused("the path leaves the submission's folder")
    path = "/".join(parts)
    if not parts:
        raise Refused("the name is empty")
    if len(parts) > limits.folder_depth + 1:
        raise Refused(f"it lies more than {limits.folder_depth} folders deep")
    if len(path.encode()) > limits.path_bytes or any(len(part.encode()) > PART_BYTES for part in parts):
        raise Refused("the name is too long")
    return path


def visible(part: str) -> str:
    """The name with "_" for what can't be seen: control characters, direction marks, undecodable bytes."""
    if part.isascii() and part.isprintable():
        return part
    return "".join("_" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in part)


def leftover(path: str) -> str | None:
    """What kind of leftover `path` is ("Python caches", "data sets", ...); None for a part of the work."""
    *folders, file = path.casefold().split("/")
    for folder in folders:
        if folder in LEFTOVER_FOLDERS:
            return LEFTOVER_FOLDERS[folder]
    if any(one.endswith("mnist") and two == "raw" for one, two in pairwise(folders)):
        return "data sets"
    return next((kind for pattern, kind in LEFTOVER_FILES.items() if fnmatchcase(file, pattern)), None)


def is_source(path: str) -> bool:
    return path.casefold().endswith(SOURCE_SUFFIXES)


def is_notebook(path: str) -> bool:
    return path.casefold().endswith(".ipynb")


def is_archive(path: str) -> bool:
    """Judged by name only: wheels, NumPy and PyTorch files are zips, too, and stay closed."""
    return path.casefold().endswith(ARCHIVE_SUFFIXES)


def without_suffix(name: str) -> str:
    """The name without its extension: "hw1" for "hw1.tar.gz", "hw1.zip" or "hw1.ipynb"."""
    stem = PurePosixPath(name).stem
    stem = PurePosixPath(stem).stem if stem.casefold().endswith(".tar") else stem
    return stem if stem.strip(". ") else name


def importance(path: str) -> int:
    """0 for what is graded; higher values matter less, and limits drop those first."""
    if is_source(path):
        return 0
    if is_archive(path):
        return 1
    return 2 if path.casefold().endswith((".pdf", ".txt", ".md")) else 3


def natural_key(path: str) -> tuple[list[str | int], str]:
    """Sorts problem2 before problem10 and 'part 1' before 'Part2': case, and what is between word and number, don't count."""
    pieces = re.split(r"([0-9]+)", path.casefold())
    return [int(piece) if index % 2 else piece.rstrip(" _-") for index, piece in enumerate(pieces)], path


def find_requirements(paths: Iterable[str]) -> str | None:
    """The file most like "requirements.txt": misspelled, in different case, with no extension or a doubled one.

    The nearest name wins, then the one in the outermost folder. None when no name is near.
    """
    found = []
    for path in paths:
        pure = PurePosixPath(path.casefold())
        if pure.suffix in ("", ".txt", ".text"):
            likeness = difflib.SequenceMatcher(None, pure.name.split(".")[0], "requirements").ratio()
            if likeness >= 0.85:
                found.append((pure.name != "requirements.txt", -likeness, len(pure.parts), natural_key(path)))
    return min(found)[-1][-1] if found else None
