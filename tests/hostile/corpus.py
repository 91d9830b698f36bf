"""Attacks as data: what is handed in, and what must become of it (docs/proving.md).

A family of attacks is a YAML file in `tests/submissions/hostile`. What an attack hands in is made when it is needed: right
functions, its own in the place of those that it names, and other files or an archive beside them.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from autograder.excerpt import excerpt
from autograder.reference import Reference
from autograder.rubric import Rubric
from autograder.rubric.loading import read_record
from hostile import handing_in

CORPUS: Final = Path(__file__).resolve().parents[1] / "submissions" / "hostile"
MARK: Final = "@MARK@"  # in an attack's text: a word that no other run has


class Attack(BaseModel):
    """What is tried, and what must happen. `earns`: points at most, on the items that it is about.

    `homework` is the text of homework1.py; `alone`: without right functions around it. `made` names a function of
    `hostile.handing_in` that writes what is handed in besides. `says`: words that the result must have, `never_says`: those that
    it must not have. `waits`: a person may be asked. `student`: the name that it is handed in by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    attack: str
    tries: str
    homework: str = ""
    files: dict[str, str] = {}
    made: str = ""
    alone: bool = False
    items: tuple[str, ...] = ()
    earns: float = 0
    says: tuple[str, ...] = ()
    never_says: tuple[str, ...] = ()
    waits: bool = False
    student: str = ""
    quick: bool = False


class Family(BaseModel):
    """Attacks of one kind. `run`: the submissions are run as they are, too. `items` are those of attacks that name none."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    family: str
    run: bool = False
    items: tuple[str, ...] = ()
    attacks: tuple[Attack, ...]


@dataclass(frozen=True)
class Known:
    """An attack with its family. `name` is 'family/attack', as in a test's name."""

    name: str
    attack: Attack
    run: bool
    items: tuple[str, ...]

    @property
    def student(self) -> str:
        return self.attack.student or self.name.replace("/", " ")


def attacks() -> list[Known]:
    """All attacks, family by family. Raises RubricError, with the line, for a file that is not of the form."""
    found = []
    for path in sorted(CORPUS.glob("*.yaml")):
        family, _ = read_record(path, Family)
        for attack in family.attacks:
            name = f"{family.family}/{attack.attack}"
            found.append(Known(name, attack, family.run, attack.items or family.items))
    return found


def right_functions(rubric: Rubric, items: Sequence[str], own: str) -> str:
    """The reference's functions that these items need, without those that `own`, a Python text, defines itself."""
    needed = {name for item in items for name in rubric.item(item).needs}
    try:
        defined = {getattr(node, "name", "") for node in ast.parse(own).body}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        defined = set()
    reference = Reference(rubric.root / rubric.assignment.reference)
    return excerpt(reference, sorted(needed - defined)).text if needed - defined else ""


def hand_in(known: Known, rubric: Rubric, items: Sequence[str], where: Path, mark: str) -> None:
    """Write what an attack hands in into the class folder `where`, under its student's name."""
    attack = known.attack
    folder = where / known.student
    own = attack.homework.replace(MARK, mark)
    if own or attack.files or not attack.made:
        folder.mkdir(parents=True)
        right = "" if attack.alone else right_functions(rubric, items, own)
        if own or right:
            # As a student writes: what is imported from the future stands first.
            (folder / "homework1.py").write_text(f"{right}\n\n{own}", encoding="utf-8", errors="surrogateescape")
    for name, text in attack.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(MARK, mark), encoding="utf-8")
    if attack.made:
        getattr(handing_in, attack.made)(folder, mark)
