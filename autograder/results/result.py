"""The whole result of one submission, by item and part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import ConfigDict, Field

from autograder.results.checks import CheckResult, Status
from autograder.results.documents import Answer, Document, HandedIn
from autograder.results.record import Record
from autograder.results.submissions import (
    AssignmentInfo,
    Binding,
    Environment,
    Ran,
    RequirementResult,
    SubmissionInfo,
    TopLevel,
)

SCHEMA: Final = 4
BY_RUNNING: Final = "Shown by running"
BY_A_PERSON: Final = "Decided by a person."


class ItemResult(Record):
    """One deliverable of the rubric."""

    id: str
    part: str
    title: str
    kind: Literal["automatic", "review"]
    bonus: bool = False
    status: Status
    points: float
    max_points: float
    message: str = ""
    hint: str = ""
    checks: tuple[CheckResult, ...] = ()
    decided_by: str = Field(
        default="", description="what the points rest on, as one sentence; empty where a person is still to decide"
    )
    answer: Answer | None = Field(default=None, description="of a review item, once the documents were read")

    @property
    def by_running(self) -> bool:
        """Whether running the submission has decided, not calling its functions."""
        return self.decided_by.startswith(BY_RUNNING)

    @property
    def by_a_person(self) -> bool:
        """Whether a person has given the points, regardless of checks and runs."""
        return self.decided_by == BY_A_PERSON

    @property
    def seconds(self) -> float:
        return sum(check.seconds for check in self.checks)


class PartResult(Record):
    """A heading of the assignment with its points."""

    id: str
    title: str
    points: float
    max_points: float


class Result(Record):
    schema_version: Literal[4] = Field(default=SCHEMA, alias="schema")
    assignment: AssignmentInfo
    submission: SubmissionInfo
    grader: str = Field(default="", description="hash of all that decides on the grade besides the submission")
    profile: str
    seed: int
    secret: int = Field(default=0, description="what the inputs of the checks were drawn from")
    score: float
    max_score: float
    bonus: float
    max_bonus: float
    awaiting_review: float = Field(description="points that a person decides, without bonus points")
    awaiting_bonus: float = Field(default=0, description="bonus points that a person decides")
    unchecked: float = Field(description="points that this profile does not look at")
    problem: str = Field(default="", description="why nothing could be graded; empty otherwise")
    parts: tuple[PartResult, ...]
    items: tuple[ItemResult, ...]
    requirements: tuple[RequirementResult, ...] = ()
    bindings: tuple[Binding, ...]
    loading: tuple[TopLevel, ...] = Field(
        default=(), description="what of the top level was run, and what was left out"
    )
    ran: tuple[Ran, ...] = Field(default=(), description="what was run as it is, in time-lapse")
    documents: tuple[Document, ...] = ()
    handed_in: tuple[HandedIn, ...] = ()
    environment: Environment
    seconds: float

    @property
    def looked_at(self) -> tuple[ItemResult, ...]:
        """The items that this profile looks at; all of them if nothing could be graded, since their points are lost."""
        return tuple(item for item in self.items if self.problem or item.status is not Status.UNCHECKED)

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_inf_nan="strings", populate_by_name=True, protected_namespaces=()
    )


def rescored(result: Result, items: tuple[ItemResult, ...]) -> Result:
    """The result with these items, and with the sums that follow from them."""
    parts = tuple(
        part.model_copy(update={"points": _sum(item.points for item in items if item.part == part.id)})
        for part in result.parts
    )
    return result.model_copy(
        update={
            "items": items,
            "parts": parts,
            "score": _sum(item.points for item in items if not item.bonus),
            "bonus": _sum(item.points for item in items if item.bonus),
            "awaiting_review": _sum(
                item.max_points for item in items if item.status is Status.REVIEW and not item.bonus
            ),
            "awaiting_bonus": _sum(item.max_points for item in items if item.status is Status.REVIEW and item.bonus),
            "unchecked": 0.0
            if result.problem
            else _sum(item.max_points for item in items if item.status is Status.UNCHECKED),
        }
    )


def _sum(points: Iterable[float]) -> float:
    return round(sum(points), 4)
