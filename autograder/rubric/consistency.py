"""Whether the fields of a readable rubric agree with each other: sums, names, references."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator
from decimal import Decimal

from autograder.rubric.model import MEASURES, Item, Part, Rubric, ThresholdKind
from autograder.rubric.problems import Place, Problem, did_you_mean


def inconsistencies(rubric: Rubric) -> Iterator[Problem]:
    """Every disagreement in `rubric`, each at the line to look at."""
    yield from _points(rubric)
    yield from _text(rubric)
    yield from _functions(rubric)
    yield from _requirements(rubric)
    for item in rubric.items:
        yield from _item(rubric, item)
    kinds = [(each.kind, rubric.source.place("requirements", n, "kind")) for n, each in enumerate(rubric.requirements)]
    yield from _repeated("requirement", kinds, "ask for each kind once")
    parts = [(part.id, rubric.source.place("parts", index, "id")) for index, part in enumerate(rubric.parts)]
    yield from _repeated("part", parts, "give each part an id of its own")
    items = [(item.id, item.place("id")) for item in rubric.items]
    yield from _repeated("item", items, "give each item an id of its own")
    checks = [listed for item in rubric.items for listed in item.listed_checks()]
    yield from _repeated("check", checks, "name a check once, under the item that it proves")
    yield from _words(rubric)
    yield from _thresholds(rubric)


def _points(rubric: Rubric) -> Iterator[Problem]:
    place = rubric.source.place
    for index, part in enumerate(rubric.parts):
        yield from _sum_differs(place("parts", index, "points"), part.points, "its items", part.items)
    regular = [part for part in rubric.parts if not part.bonus]
    bonus = [part for part in rubric.parts if part.bonus]
    yield from _sum_differs(place("assignment", "points"), rubric.assignment.points, "the parts", regular)
    yield from _sum_differs(place("assignment", "bonus"), rubric.assignment.bonus, "the bonus parts", bonus)


def _text(rubric: Rubric) -> Iterator[Problem]:
    for field in ("text", "answers"):
        name = getattr(rubric.assignment, field)
        if name and not (rubric.root / name).is_file():
            place = rubric.source.place("assignment", field)
            yield Problem(place, f"there is no file {name}; name one beside the rubric, or leave the field out")


def _sum_differs(place: Place, stated: float, pieces_are: str, pieces: Iterable[Item | Part]) -> Iterator[Problem]:
    total = _sum(piece.points for piece in pieces)
    if total != _exactly(stated):
        yield Problem(place, f"{stated:g} here, {pieces_are} add up to {float(total):g}; change the one or the other")


def _functions(rubric: Rubric) -> Iterator[Problem]:
    owners = {name: name for name in rubric.functions}
    for name, function in rubric.functions.items():
        if _defined_name(function.signature) != name:
            place = rubric.source.place("functions", name, "signature")
            message = f"'{function.signature}' is no signature of '{name}'; write it as '{name}(x, y=1)'"
            yield Problem(place, message)
        for index, alias in enumerate(function.aliases):
            if alias in owners:
                place = rubric.source.place("functions", name, "aliases", index)
                message = f"'{alias}' already stands for '{owners[alias]}'; remove one of the two"
                yield Problem(place, message)
            owners.setdefault(alias, name)


def _defined_name(signature: str) -> str | None:
    try:
        definition = ast.parse(f"def {signature}: ...").body[0]
    except SyntaxError:
        return None
    return definition.name if isinstance(definition, ast.FunctionDef) else None


def _requirements(rubric: Rubric) -> Iterator[Problem]:
    for index, requirement in enumerate(rubric.requirements):
        known = MEASURES.get(requirement.kind, {})
        for name, bound in requirement.least.items():
            place = rubric.source.place("requirements", index, "least", name)
            if name not in known:
                yield Problem(place, f"'{requirement.kind}' measures no '{name}'; {did_you_mean(name, known)}")
            elif bound < 0 or (name == "share" and bound > 1):
                yield Problem(place, f"{bound:g} is no bound for '{name}'; shares lie between 0 and 1, counts above 0")


def _thresholds(rubric: Rubric) -> Iterator[Problem]:
    """Each threshold of an item is declared, once, and a number of its kind."""
    declared = [
        (name, rubric.source.place("thresholds", kind, index))
        for kind, names in rubric.thresholds.items()
        for index, name in enumerate(names)
    ]
    yield from _repeated("threshold", declared, "declare it once, under its kind")
    kinds = {name: kind for kind, names in rubric.thresholds.items() for name in names}
    for item in rubric.items:
        for name, value in item.thresholds.items():
            if name not in kinds:
                message = (
                    f"not declared under thresholds, which says what kind of number it is; {did_you_mean(name, kinds)}"
                )
                yield Problem(item.place("thresholds", name), message)
            elif complaint := _not_of_its_kind(value, kinds[name]):
                yield Problem(item.place("thresholds", name), f"{value:g} is no {kinds[name]}; {complaint}")


def _not_of_its_kind(value: float, kind: ThresholdKind) -> str:
    """What a threshold of this kind must be, if `value` is not; else empty."""
    if kind == "share" and not 0 < value <= 1:
        percent = f", such as {value / 100:g} for {value:g} %" if 1 < value <= 100 else ""
        return f"write one above 0 and up to 1{percent}"
    if kind == "count" and (value < 1 or value != int(value)):
        return "write a whole number from 1 up"
    return ""


def _words(rubric: Rubric) -> Iterator[Problem]:
    """A keyword identifies one part, and a spelling identifies one name within its part."""
    owners: dict[str, str] = {}
    for index, part in enumerate(rubric.parts):
        for position, word in enumerate(part.keywords):
            owner = owners.setdefault(word.casefold(), part.id)
            if owner != part.id:
                place = rubric.source.place("parts", index, "keywords", position)
                yield Problem(place, f"'{word}' is a keyword of part {owner} already, so it tells neither; remove one")
        spelled: dict[str, str] = {name.casefold(): name for name in part.names}
        for name, spellings in part.names.items():
            for position, word in enumerate(spellings):
                owner = spelled.setdefault(word.casefold(), name)
                if owner != name:
                    place = rubric.source.place("parts", index, "names", name, position)
                    yield Problem(place, f"'{word}' already stands for '{owner}'; remove one of the two")


def _item(rubric: Rubric, item: Item) -> Iterator[Problem]:
    for field, functions in (("needs", item.needs), ("uses", item.uses)):
        for index, function in enumerate(functions):
            if function not in rubric.functions:
                message = f"no function '{function}' under functions; {did_you_mean(function, rubric.functions)}"
                yield Problem(item.place(field, index), message)
    if item.kind == "automatic" and not item.checks and not rubric.assignment.recorded:
        message = f"automatic item '{item.id}' has no check; name one, or make its kind review"
        yield Problem(item.place("checks"), message)
    for index, name in enumerate(item.comparable):
        if name not in item.checks:
            message = f"'{name}' is no check of item '{item.id}'; {did_you_mean(name, item.checks)}"
            yield Problem(item.place("comparable", index), message)
    shares = _sum(item.shares.values())
    if item.shares and not math.isclose(shares, 1, abs_tol=1e-6):
        message = f"the shares add up to {float(shares):g}, not 1; change them, or list the checks if all must pass"
        yield Problem(item.place("checks"), message)
    if item.sentences and item.kind == "automatic":
        message = f"automatic item '{item.id}' asks for sentences; remove this, or make its kind review"
        yield Problem(item.place("sentences"), message)
    if item.sentences and not 1 <= item.sentences[0] <= item.sentences[1]:
        message = f"{list(item.sentences)} is no range; write [fewest, most] with 1 <= fewest <= most"
        yield Problem(item.place("sentences"), message)


def _repeated(noun: str, names: Iterable[tuple[str, Place]], advice: str) -> Iterator[Problem]:
    first: dict[str, int | None] = {}
    for name, place in names:
        if name in first:
            yield Problem(place, f"{noun} '{name}' is already on line {first[name]}; {advice}")
        first.setdefault(name, place.line)


def _sum(numbers: Iterable[float]) -> Decimal:
    return sum(map(_exactly, numbers), Decimal())


def _exactly(number: float) -> Decimal:
    """The decimal as it is written in the YAML, so that ten times 0.1 makes 1."""
    return Decimal(str(number))
