"""The submissions that the grader is validated with, and the expected outcome of each.

The cases are the reference, the whole submissions under `tests/submissions/right`, `wrong` and `freeform`, and one wrong
submission for each bug of the library: the reference's files with the bug patched in. For these, only the items that depend
on the patched function are run; the others are not affected. A free-form submission, written without regard to the standard
names, declares more: the points of each item, what a person has to look at, and what is bound to what.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from autograder.diagnosis import BugLibrary, load_bugs
from autograder.reference import Reference
from autograder.rubric import Rubric
from autograder.validation.declared import EXPECTED, Declared, DeclaredFreeform, read_declared
from autograder.validation.expected import Expected
from autograder.validation.toplevel import Left, Named, edited, variants_of

Kind = Literal["reference", "right", "wrong", "freeform", "variant"]
# Of the submissions that do their work at the top level, the quick subset has one that is right and one that is wrong.
QUICK: Final = ("toplevel/one_flow", "toplevel/one_flow/one-network-for-all-optimizers")


@dataclass(frozen=True)
class Case:
    """One submission with its expected outcome. `files` replaces the texts of files in `folder`.

    It must lose the items that it `loses`, and no others but those that it `may_lose`; what is left to a person must be among
    `may_wait`. A `nightly` one takes long, and is left out of the quick subset. All this comes from its `expected.yaml`, or from
    the bug.
    """

    name: str
    kind: Kind
    folder: Path
    files: Mapping[str, str]
    loses: frozenset[str]
    may_lose: frozenset[str] = frozenset()
    may_wait: frozenset[str] = frozenset()
    bugs: tuple[str, ...] = ()  # the names that the report should give
    only: frozenset[str] | None = None
    # For a free-form one; for a variant of one that works at the top level; for a half-good one of these.
    expects: Expected | Left | Named | None = None
    nightly: bool = False


def find_cases(rubric: Rubric, submissions: Path) -> list[Case]:
    """All cases of an assignment: the reference, then right submissions and the reference in other frameworks, then wrong and
    free-form submissions, then the bug library.

    Raises RubricError for an invalid `expected.yaml`.
    """
    reference = Reference(rubric.root / rubric.assignment.reference)
    library = load_bugs(rubric.root / rubric.assignment.bugs, reference)
    found = [Case("reference", "reference", reference.folder, {}, frozenset())]
    for path in sorted(entry for entry in (submissions / "right").glob("*") if entry.is_dir()):
        found.append(_whole(f"right/{path.name}", "right", path, rubric, library))
    for framework, other in rubric.assignment.other_references.items():
        found.append(_whole(f"reference/{framework}", "right", rubric.root / other, rubric, library))
    for path in sorted(entry for entry in (submissions / "wrong").glob("*") if entry.is_dir()):
        found.append(_whole(f"wrong/{path.name}", "wrong", path, rubric, library))
    for path in sorted(entry for entry in (submissions / "freeform").glob("*") if entry.is_dir()):
        found.append(_freeform(path, rubric, library))
    for path in sorted(entry for entry in (submissions / "toplevel").glob("*") if entry.is_dir()):
        found += _toplevel(path, rubric, library)
    automatic = {item.id: set(item.needs) for item in rubric.items if item.kind == "automatic"}
    for bug in library.bugs:
        touched = _dependants(library, bug.function)
        patched = library.patched(bug)
        loses, may_lose = frozenset(bug.loses), frozenset(bug.may_lose)
        due = (bug.bug,) if loses else ()
        only = frozenset(item for item, needs in automatic.items() if needs & touched) | loses
        found.append(Case(bug.bug, "wrong", reference.folder, patched, loses, may_lose, bugs=due, only=only))
    return found


def _whole(name: str, kind: Kind, folder: Path, rubric: Rubric, library: BugLibrary) -> Case:
    """One of our own submissions; one without anything to declare has no `expected.yaml`."""
    if not (folder / EXPECTED).is_file():
        return Case(name, kind, folder, {}, frozenset())
    said = read_declared(folder, Declared, rubric, library)
    loses, may_lose, may_wait = map(frozenset, (said.loses, said.may_lose, said.may_wait))
    return Case(name, kind, folder, {}, loses, may_lose, may_wait, said.bugs, nightly=said.nightly)


def _freeform(path: Path, rubric: Rubric, library: BugLibrary) -> Case:
    """A free-form submission with its `expected.yaml`."""
    said = read_declared(path, DeclaredFreeform, rubric, library)
    expects = Expected(said.earns, frozenset(said.review), said.bindings, said.may_earn)
    earned = {**said.earns, **said.may_earn}
    automatic = [item for item in rubric.items if item.kind == "automatic" and item.id not in expects.review]
    loses = frozenset(item.id for item in automatic if earned.get(item.id, 0) < item.points)
    may_lose, may_wait = frozenset(said.may_earn), expects.review
    return Case(f"freeform/{path.name}", "freeform", path, {}, loses, may_lose, may_wait, said.bugs, expects=expects)


def _toplevel(path: Path, rubric: Rubric, library: BugLibrary) -> Iterator[Case]:
    """A submission that works at the top level, and its wrong variants. Items that its declaration does not list earn nothing."""
    said = read_declared(path, DeclaredFreeform, rubric, library)
    automatic = [item for item in rubric.items if item.kind == "automatic"]
    lacks = frozenset(item.id for item in automatic if said.earns.get(item.id, 0) < item.points)
    name = f"toplevel/{path.name}"
    expects = Named({item: said.earns.get(item, 0) for item in said.says}, said.says) if said.says else None
    yield Case(name, "right", path, {}, frozenset(), lacks, frozenset(said.review), expects=expects, nightly=True)
    for variant in variants_of(path, rubric):
        points = {item.id: item.points for item in automatic}
        loses = frozenset(item for item, left in variant.loses.items() if left < points[item])
        files = edited(path, variant.replace)
        left = Left(variant.loses, variant.says)
        waits = frozenset(variant.waits)
        yield Case(f"{name}/{variant.id}", "variant", path, files, loses, lacks, waits, expects=left, nightly=True)


def subset(cases: Sequence[Case]) -> list[Case]:
    """A quick selection: the reference, one right and one free-form submission, the whole wrong ones that are not nightly, and
    bugs that lose each item that any bug loses.

    For each item, the bug is chosen that needs the fewest items to be graded, and loses the fewest: what fails is run again, and
    takes longest. A bug that loses only what others lose, too, is left out.
    """
    kept = [next((case for case in cases if case.kind == kind), None) for kind in ("reference", "right", "freeform")]
    kept += [case for case in cases if case.name in QUICK]
    kept += [case for case in cases if case.kind == "wrong" and not case.files and not case.nightly]
    bugs: dict[str, Case] = {}
    for case in cases:
        for item in case.loses if case.files and not case.nightly else ():
            if item not in bugs or _cost(case) < _cost(bugs[item]):
                bugs[item] = case
    chosen = {case.name: case for case in (*kept, *bugs.values()) if case}
    for bug in sorted(bugs.values(), key=_cost):
        others = [other for other in chosen.values() if other.files and other.name != bug.name]
        if bug.name in chosen and bug.loses <= frozenset[str]().union(*(other.loses for other in others)):
            del chosen[bug.name]
    return [case for case in cases if case.name in chosen]


def _cost(case: Case) -> tuple[int, int]:
    return len(case.only or ()), len(case.loses | case.may_lose)


def _dependants(library: BugLibrary, function: str) -> set[str]:
    """The reference's functions that call `function`, directly or indirectly, and the function itself."""
    calls = _calls(library.reference.folder)
    found = {function}
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return found


@cache
def _calls(folder: Path) -> dict[str, set[str]]:
    """The names that each top-level function or class of the reference mentions."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[node.name] = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found
