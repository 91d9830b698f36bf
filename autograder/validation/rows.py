"""The outcome of a case: which points were kept, which bugs were named, and whether that is as declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from autograder.results import Result, Status
from autograder.rubric import Rubric
from autograder.validation.cases import Case, Kind

NAMED_AT_LEAST: Final = 0.90  # of the submissions with a bug that the library has
NAMED_WRONGLY_AT_MOST: Final = 0.02  # of all


@dataclass(frozen=True)
class Row:
    """The outcome of a case: for each item that was run, whether its points were kept; the items `waiting` for a person, neither
    kept nor lost; the bugs that were named."""

    case: str
    kind: Kind
    kept: Mapping[str, bool]
    loses: frozenset[str]
    may_lose: frozenset[str]
    may_wait: frozenset[str]
    waiting: frozenset[str]
    expected_bugs: tuple[str, ...]
    named_bugs: tuple[str, ...]
    notes: tuple[str, ...]
    random: Mapping[str, str]  # the checks that depend on luck, with their items
    seconds: float
    cached: bool = False
    deviations: tuple[str, ...] = ()  # from what a free-form submission declares

    @property
    def lost(self) -> frozenset[str]:
        return frozenset(item for item, kept in self.kept.items() if not kept)

    @property
    def as_declared(self) -> bool:
        if self.kind == "freeform":
            return not self.deviations
        as_lost = self.loses <= self.lost <= self.loses | self.may_lose
        return as_lost and self.waiting <= self.may_wait and not self.deviations

    @property
    def naming(self) -> Literal["named", "silent", "wrong", "none due"]:
        """Whether the report named the bug: 'named' if all that it named is expected, 'wrong' if something else is."""
        if self.kind == "variant":  # its deviations say whether the mistake is named
            return "none due"
        if not self.expected_bugs:
            return "wrong" if self.named_bugs else "none due"
        if not self.named_bugs:
            return "silent"
        return "named" if set(self.expected_bugs) & set(self.named_bugs) else "wrong"


@dataclass(frozen=True)
class NamingRates:
    """In how many submissions the right bug was named, and in how many a wrong one; `due` have a bug of the library."""

    rows: int
    due: int
    named: int
    wrong: int

    @property
    def good_enough(self) -> bool:
        return self.named >= NAMED_AT_LEAST * self.due and self.wrong <= NAMED_WRONGLY_AT_MOST * self.rows

    def __str__(self) -> str:
        return f"bug named in {self.named} of {self.due}, wrongly in {self.wrong} of {self.rows}"


def naming_rates(rows: Sequence[Row]) -> NamingRates:
    """The rates over all rows, whatever their kind: a right submission has no bug to name."""
    naming = [row.naming for row in rows]
    due = sum(bool(row.expected_bugs) for row in rows)
    return NamingRates(len(rows), due, naming.count("named"), naming.count("wrong"))


def row_of(case: Case, result: Result) -> Row:
    """The row of a result, compared with what the case declares."""
    run = [item for item in result.looked_at if item.kind == "automatic"]
    waiting = [item for item in run if item.status is Status.REVIEW]
    judged = [item for item in run if item.status is not Status.REVIEW]
    named = {
        bug.bug: None for item in judged for check in item.checks for bug in check.diagnosis if not bug.is_unreadable
    }
    lost = [item for item in judged if item.points < item.max_points]
    return Row(
        case=case.name,
        kind=case.kind,
        kept={item.id: item.points >= item.max_points for item in judged},
        loses=case.loses,
        may_lose=case.may_lose,
        may_wait=case.may_wait,
        waiting=frozenset(item.id for item in waiting),
        expected_bugs=case.bugs,
        named_bugs=tuple(named),
        notes=tuple(f"{item.id} {item.status.value}: {item.message}" for item in (*lost, *waiting)),
        random={check.name: item.id for item in judged for check in item.checks if check.random},
        seconds=result.seconds,
        deviations=tuple(case.expects.deviations(result)) if case.expects else (),
    )


def unproved(rubric: Rubric, rows: Iterable[Row]) -> list[str]:
    """The automatic items that no wrong submission has lost, so that nothing proves that their checks can fail."""
    lost = {item for row in rows if row.kind in ("wrong", "variant") for item in row.lost}
    return [item.id for item in rubric.items if item.kind == "automatic" and item.id not in lost]
