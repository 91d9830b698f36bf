"""The graded result: frozen records, and the one way they are written and read.

A `Result` is all that is known about one graded submission. Reports, class pages and exports are made from
it and from nothing else. The written specification is `docs/result-format.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA: Final = 4
BY_RUNNING: Final = "Shown by running"


class Record(BaseModel):
    """A frozen record; an unknown field is an error, so that a typing slip never loses data silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, fields: Any) -> Any:
        return _without_surrogates(fields)


def _without_surrogates(value: Any) -> Any:
    """Replace lone surrogates, which a student's code may print and no UTF-8 file can hold."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_without_surrogates(key): _without_surrogates(entry) for key, entry in value.items()}
        case tuple() | list():
            return type(value)(map(_without_surrogates, value))
    return value


class Status(StrEnum):
    """What became of a check or an item."""

    PASSED = "passed"
    PARTIAL = "partial"  # some of the credit, with a reason
    FAILED = "failed"  # the code runs, and does something else than asked
    ERROR = "error"  # the student's code raised
    TIMEOUT = "timeout"  # the student's code outlasted its deadline
    MISSING = "missing"  # a standard function was not found
    REVIEW = "review"  # a person decides; no points yet
    UNCHECKED = "unchecked"  # this profile runs no check for it; no points yet


class Fact(Record):
    """One line of evidence: what was expected (empty when nothing particular was) and what was found."""

    label: str
    expected: str = ""
    found: str


class Curves(Record):
    """Lines over a common x axis (1, 2, 3, ...), for example the loss of each epoch."""

    kind: Literal["curves"] = "curves"
    title: str
    x_label: str
    y_label: str
    lines: dict[str, tuple[float, ...]]
    threshold: float | None = None


class HeatMap(Record):
    """A grid of numbers drawn as colours; row 0 is the lowest y. `points` are (x, y, value) marks on top."""

    kind: Literal["heatmap"] = "heatmap"
    title: str
    x_label: str = ""
    y_label: str = ""
    values: tuple[tuple[float, ...], ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    points: tuple[tuple[float, float, float], ...] = ()


class Table(Record):
    """A small table, first column the row's name."""

    kind: Literal["table"] = "table"
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Picture(Record):
    """A picture made by the student's code: a PNG file, base64-encoded, with a text that stands in for it."""

    kind: Literal["picture"] = "picture"
    title: str
    alt: str
    png: str


Exhibit = Annotated[Curves | HeatMap | Table | Picture, Field(discriminator="kind")]


class Diagnosis(Record):
    """A named bug that the submission's behaviour equals."""

    bug: str = Field(description="identifier in the bug library, e.g. 'train_epoch.zero-grad-missing'")
    function: str
    cause: str = Field(description="one sentence: what is wrong")
    mend: str = Field(description="one sentence: how to put it right")
    where: str = Field(default="", description="'hw1.py line 17: loss.backward()', where it can be told")
    latent: bool = Field(default=False, description="whether a run with right results can hide it")


class Measure(Record):
    """A number that a check hangs on and that luck has a part in: what it was, and the bound it is held against."""

    name: str
    value: float
    bound: float
    better: Literal["above", "below"] = "above"
    right: tuple[float, ...] = Field(default=(), description="what right submissions had, in ascending order")


class CheckResult(Record):
    """One check's outcome."""

    name: str
    sentence: str = Field(description="the check's docstring: what a right submission does")
    visibility: Literal["public", "hidden"]
    random: bool = Field(default=False, description="luck has a part in it: it gets up to three seeds")
    status: Status
    credit: float = Field(ge=0, le=1)
    share: float = Field(default=1.0, ge=0, le=1, description="the part of the item's points that hangs on it")
    message: str = ""
    place: str = Field(
        default="", description="where running the submission has shown it; empty for a check that calls"
    )
    traceback: str = Field(default="", description="the student's own frames and the error, nothing of ours")
    output: str = Field(default="", description="what the student's code printed, trimmed")
    diagnosis: tuple[Diagnosis, ...] = ()
    harmless: tuple[str, ...] = Field(
        default=(), description="bugs that a run shows to change nothing in this submission"
    )
    facts: tuple[Fact, ...] = ()
    measures: tuple[Measure, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    seconds: float = 0.0


class Question(Record):
    """Something in the student's documents that does not fit the numbers. A person asks; nothing is deducted."""

    said: str = Field(description="the sentence, or the printed figure")
    found: str = Field(description="what the submission's own numbers, or its code, say")


class Candidate(Record):
    """A passage that may be the answer to a review item, where nothing tells it surely."""

    text: str
    place: str = Field(description="file and place in it where it begins")


class Answer(Record):
    """The written answer to a review item, and what a person needs beside it."""

    text: str = ""
    place: str = Field(default="", description="'homework1.ipynb after cell 9'; empty when none was found")
    announced: bool = Field(default=False, description="a heading or its first word calls it an analysis or the like")
    sentences: int = 0
    asked: tuple[int, int] | None = Field(default=None, description="fewest and most sentences that are asked for")
    also: tuple[str, ...] = Field(default=(), description="where else an answer stands")
    candidates: tuple[Candidate, ...] = Field(
        default=(), description="at most two that may be it, where none is surely"
    )
    measured: tuple[Fact, ...] = Field(default=(), description="what the checks of the same part measured")
    questions: tuple[Question, ...] = ()
    language: str = Field(
        default="", description="where it is not English: its language, and nothing was held against numbers"
    )


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
    decided_by: str = Field(default="", description="what the points rest on, as one sentence; empty for a review item")
    answer: Answer | None = Field(default=None, description="of a review item, once the documents were read")

    @property
    def by_running(self) -> bool:
        """Whether running the submission has decided, and not calling its functions."""
        return self.decided_by.startswith(BY_RUNNING)

    @property
    def seconds(self) -> float:
        return sum(check.seconds for check in self.checks)


class PartResult(Record):
    """A heading of the assignment with its points."""

    id: str
    title: str
    points: float
    max_points: float


class Met(StrEnum):
    """Whether a submission meets a requirement."""

    MET = "met"
    UNMET = "not met"
    UNSEEN = "not looked at"


class RequirementResult(Record):
    """Something that the assignment asks of a submission as a whole; no points hang on it."""

    kind: str = Field(description="what the rubric calls it, e.g. 'requirements-file'")
    asked: str
    status: Met
    found: str = Field(description="one sentence")
    details: tuple[str, ...] = Field(default=(), description="a line each: places, names, numbers")
    traceback: str = Field(default="", description="the student's own frames and the error, where a run stopped")
    advice: str = Field(default="", description="what to do next; empty when nothing is to be done")


DocumentKind = Literal["notebook", "PDF", "document", "text", "script", "picture", "other"]


class Document(Record):
    """A document of the submission, and how it could be read."""

    file: str
    kind: DocumentKind
    found: str = Field(default="", description="'12 paragraphs, 5 pictures'")
    problem: str = Field(default="", description="why it, or a part of it, could not be read")


class HandedIn(Record):
    """What the documents hold for one part: stored outputs, as far as there is room for them."""

    part: str = Field(description="the part's id; empty for what stands under none")
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Fact, ...] = Field(default=(), description="numbers by what they are and where they stand")
    errors: tuple[Fact, ...] = Field(default=(), description="notebook cells that ended in an error")
    questions: tuple[Question, ...] = Field(default=(), description="printed figures that the code does not reach")
    left_out: tuple[str, ...] = Field(default=(), description="what is there and not shown, and why")


class Binding(Record):
    """Which name of the submission answers for a standard function, and how it was found."""

    function: str
    bound_to: str = Field(default="", description="'file.py:12 name', or empty when nothing was found")
    how: str = Field(description="'standard name', 'alias', ..., with how it is called; or why nothing was found")
    others: tuple[str, ...] = Field(default=(), description="what else could have been meant")
    sure: Literal["certain", "likely", "a guess", ""] = Field(default="", description="empty when nothing was found")
    target: str = Field(
        default="", description="'file.py:name', as a mapping names what was found, or what comes nearest"
    )
    unwritten: bool = Field(default=False, description="whether it is there by its name, and still a stub")


class TopLevel(Record):
    """A statement or command at the top level of a source, and why it was left out; no reason for what was run."""

    place: str
    text: str = Field(description="its first line")
    reason: str = ""


class Ran(Record):
    """A notebook or script that was run as it is, on little data, and what it did, in sentences."""

    source: str
    end: Literal["finished", "budget", "died", "not run"]
    told: str = Field(description="'hw1.ipynb ran to the end in 33.7 s.'")
    errors: tuple[str, ...] = ()
    trainings: Table | None = None
    figures: tuple[str, ...] = Field(default=(), description="a line for each picture: what its lines are")


class SubmissionInfo(Record):
    name: str
    sha256: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = Field(default=(), description="what the collector had to say: skipped files, repairs")


class Environment(Record):
    """What the grade was made with."""

    python: str
    platform: str
    packages: dict[str, str]
    device: str
    threads: int
    sandbox: str


class AssignmentInfo(Record):
    id: str
    title: str


class Result(Record):
    schema_version: Literal[4] = Field(default=SCHEMA, alias="schema")
    assignment: AssignmentInfo
    submission: SubmissionInfo
    grader: str = Field(default="", description="hash of all that decides on the grade beside the submission")
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
            "unchecked": _sum(item.max_points for item in items if item.status is Status.UNCHECKED),
        }
    )


def _sum(points: Iterable[float]) -> float:
    return round(sum(points), 4)


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader, or a crash, sees the old file or the new one and nothing between.

    Raises OSError, with the path in it, when the disk is full or the folder can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:  # a write's own error names no file
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_result(path: Path, result: Result) -> None:
    """Write `result` as JSON. Raises OSError when the disk is full or the folder cannot be written."""
    write_atomically(path, result.model_dump_json(indent=1, by_alias=True) + "\n")


def read_result(path: Path) -> Result:
    """Read a result back. Raises OSError, or pydantic's ValidationError for another schema or a damaged file."""
    return Result.model_validate_json(path.read_text(encoding="utf-8"))
