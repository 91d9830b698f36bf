"""Whether the requirements file is there, can be read by pip, and covers what the code imports."""

from __future__ import annotations

import functools
import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from autograder.requirements.finding import Finding, counted, shortened
from autograder.requirements.imports import Library, imported_modules, libraries
from autograder.requirements.requirement_lines import INSTALL, Line, read_lines
from autograder.results import Met
from autograder.submission import Submission
from autograder.submission.repair import repair_script
from autograder.worker.binding.sources import Source

# Imports whose package has another name: the first is the one to suggest, the others are accepted.
PACKAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"),
        "PIL": ("pillow", "pillow-simd"),
        "sklearn": ("scikit-learn",),
        "skimage": ("scikit-image",),
        "yaml": ("pyyaml", "ruamel-yaml"),
        "bs4": ("beautifulsoup4",),
        "dateutil": ("python-dateutil",),
        "mpl_toolkits": ("matplotlib",),
        "pylab": ("matplotlib",),
        "IPython": ("ipython", "ipykernel", "jupyter", "jupyterlab", "notebook"),
        "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-macos", "tf-nightly"),
        "keras": ("keras", "tensorflow", "tensorflow-cpu", "tensorflow-gpu"),
        "torch_geometric": ("torch-geometric",),
        "pytorch_lightning": ("pytorch-lightning", "lightning"),
        "umap": ("umap-learn",),
        "dotenv": ("python-dotenv",),
        "google": ("protobuf", "google"),
    }
)
MOST_BYTES: Final = 200_000  # of a requirements file
ELSEWHERE: Final = ("environment.yml", "environment.yaml", "pyproject.toml", "pipfile", "setup.py")


def look(submission: Submission, sources: Sequence[Source]) -> Finding:
    """Read the requirements file, and compare it with the imports of all sources."""
    needed = [each for each in libraries(submission, sources) if not _comes_with_the_notebook(each, sources)]
    hints = dict(_installed_by_notebooks(sources))
    if submission.requirements is None:
        return _no_file(submission, needed, hints)
    lines = read_lines(_text(submission, submission.requirements), lambda path: _included(submission, path))
    listed = {line.name for line in lines if line.name}
    brought = _brought_along(listed)
    missing = [library for library in needed if not _covered(library.name, listed | brought)]
    problems = [f"line {line.number}, `{line.text}`: {line.problem}" for line in lines if line.problem]
    details = [_to_add(library, hints, lines) for library in missing] + problems
    along = [library.name for library in needed if library not in missing and not _covered(library.name, listed)]
    if along:
        details.append(f"installed along with another package, but better listed as well: {_names(along)}")
    if PurePosixPath(submission.requirements).name != "requirements.txt":
        details.append(f"the file is called {submission.requirements}; name it requirements.txt")
    return Finding(
        Met.UNMET if missing or problems else Met.MET,
        _sentence(submission.requirements, lines, needed, missing, problems),
        shortened(details),
        _advice(bool(missing), bool(problems)),
    )


def _comes_with_the_notebook(library: Library, sources: Sequence[Source]) -> bool:
    """Whether only notebooks import it, and IPython, which runs their cells, provides it."""
    scripts = [source for source in sources if not source.cells]
    return library.name == "IPython" and not any(
        module.partition(".")[0] == library.name for source in scripts for module, _ in imported_modules(source)
    )


def _no_file(submission: Submission, needed: Sequence[Library], hints: Mapping[str, str]) -> Finding:
    other = next((path for path in submission.files if PurePosixPath(path).name.casefold() in ELSEWHERE), "")
    found = "No requirements.txt was handed in" + (f"; {other} does not take its place." if other else ".")
    names = dict.fromkeys(_package(library.name, hints) for library in needed)
    if not names:
        return Finding(
            Met.UNMET, found, advice="Add a file requirements.txt. Your code needs no package besides Python."
        )
    lines = [f"line to write: `{name}`" for name in names]
    advice = "Add a file requirements.txt with these lines; `pip freeze` prints the versions that you used."
    return Finding(Met.UNMET, found, shortened(lines), advice)


def _sentence(
    path: str, lines: Sequence[Line], needed: Sequence[Library], missing: Sequence[Library], problems: Sequence[str]
) -> str:
    name = PurePosixPath(path).name
    if not lines:
        return f"{name} is empty, and the code imports {counted(len(needed), 'library')}."
    if missing:
        found = f"{name} does not cover {len(missing)} of the {counted(len(needed), 'library')} that the code imports"
    else:
        found = f"{name} has {counted(len(lines), 'line')} and covers all that the code imports"
        found += f" ({_names([library.name for library in needed])})" if needed else ""
    return found + (f"; {counted(len(problems), 'line')} of it would stop pip." if problems else ".")


def _advice(missing: bool, problems: bool) -> str:
    steps = ["add the lines"] * missing + ["fix the lines that pip would not take"] * problems
    if not steps:
        return ""
    return f"{' and '.join(steps).capitalize()}, then try `pip install -r requirements.txt` in a new environment."


def _to_add(library: Library, hints: Mapping[str, str], lines: Sequence[Line]) -> str:
    package = _package(library.name, hints)
    wrong = next((line for line in lines if line.name == canonicalize_name(library.name)), None)
    if wrong is not None:
        instead = f"write `{package}` in place of `{wrong.text}` in line {wrong.number}"
        return f"`{library.name}` (imported in {library.place}) has another name for pip: {instead}"
    return f"`{library.name}` (imported in {library.place}) is not covered: add the line `{package}`"


def _package(library: str, hints: Mapping[str, str]) -> str:
    """What to write for an import: as the notebook itself installs it, else by a known package name, else by its own name."""
    names = (*PACKAGES.get(library, ()), *_distributions().get(library, ()), library)
    return next((hints[name] for name in map(canonicalize_name, names) if name in hints), names[0])


def _covered(library: str, packages: Iterable[str]) -> bool:
    listed = set(packages)
    own = canonicalize_name(library)
    known = PACKAGES.get(library)
    if known is None and own in listed:
        return True
    if any(name in listed for name in (*(known or ()), *map(canonicalize_name, _distributions().get(library, ())))):
        return True
    # For a library that this machine does not know, all that can be checked is whether a package's name starts like it.
    unknown = known is None and library not in _distributions()
    return unknown and any(name.startswith(own) or own.startswith(name) for name in listed)


def _brought_along(listed: Iterable[str]) -> set[str]:
    """What pip installs for the listed packages, as far as this machine has them."""
    found: set[str] = set()
    waiting = list(listed)
    while waiting:
        for name in _requires(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


@functools.cache
def _requires(package: str) -> tuple[str, ...]:
    try:
        written = importlib.metadata.requires(package) or ()
    except importlib.metadata.PackageNotFoundError:
        return ()
    names = []
    for each in written:
        try:
            parsed = Requirement(each)
        except InvalidRequirement:
            continue
        if parsed.marker is None or parsed.marker.evaluate({"extra": ""}):
            names.append(str(canonicalize_name(parsed.name)))
    return tuple(names)


@functools.cache
def _distributions() -> Mapping[str, Sequence[str]]:
    return importlib.metadata.packages_distributions()


def _installed_by_notebooks(sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Canonical name and text of what `!pip install ...` lines name."""
    for source in sources:
        for command in source.skipped:
            match = INSTALL.match(command.text)
            for word in match[1].split() if match else ():
                word = word.strip("'\"")
                name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", word)
                if name and "/" not in word:
                    yield canonicalize_name(name[0]), word


def _text(submission: Submission, path: str) -> str:
    """A file's text in whatever encoding: PowerShell's `pip freeze > requirements.txt` writes UTF-16."""
    with (submission.folder / path).open("rb") as file:
        return repair_script(file.read(MOST_BYTES)).data.decode("utf-8", "replace")


def _included(submission: Submission, path: str) -> str | None:
    beside = str(PurePosixPath(submission.requirements or "").with_name(path))
    found = next((known for known in submission.files if known in (beside, path)), None)
    return _text(submission, found) if found else None


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
