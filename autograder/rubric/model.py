"""A rubric as frozen records. One that `load_rubric` returned is complete and consistent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, PrivateAttr, Tag

from autograder.rubric.problems import Place, Problem, RubricError, did_you_mean
from autograder.rubric.source import Source, Steps

Kind = TypeVar("Kind")

Visibility = Literal["public", "hidden"]
Training = Literal["short", "assigned"]
ThresholdKind = Literal["share", "count", "number"]


def _compiled(pattern: str) -> str:
    """The pattern itself, if it compiles. Raises ValueError, with what is wrong with it."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return pattern


Text = Annotated[str, Field(min_length=1)]
Pattern = Annotated[Text, AfterValidator(_compiled)]
FunctionPath = Annotated[Text, Field(pattern=r"^\w+(\.\w+)*:\w+$")]  # 'module:function'
Number = Annotated[float, Field(allow_inf_nan=False)]
Points = Annotated[Number, Field(gt=0)]
Share = Annotated[float, Field(gt=0, le=1)]

# The tags become part of pydantic's error locations; `loading` takes them out again.
LIST, SHARES = "<list>", "<shares>"
Checks = Annotated[
    Annotated[tuple[Text, ...], Tag(LIST)] | Annotated[dict[str, Share], Tag(SHARES)],
    Discriminator(lambda value: SHARES if isinstance(value, dict) else LIST),
]


class Record(BaseModel):
    """A frozen record in which an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckFolders(Record):
    """Where the checks are, relative to the assignment's root."""

    public: Text
    hidden: Text


class RunWhole(Record):
    """That submissions are run as they are, on little data, and judged by what they do."""

    judges: Text = Field(description="the folder of the modules with judges")
    seconds: Annotated[Number, Field(gt=0)] = Field(default=60, description="for all of a submission, on two cores")


class Assignment(Record):
    """The assignment as a whole. Paths are relative to `Rubric.root`."""

    id: Text
    title: Text
    points: Points
    bonus: Number = Field(default=0, ge=0)
    reference: Text
    other_references: dict[Text, Text] = Field(
        default_factory=dict, description="a framework -> the folder with the same functions in it"
    )
    probes: Text
    checks: CheckFolders
    bugs: Text
    material: FunctionPath | None = Field(
        default=None,
        description="what the checks' inputs are drawn by: called with the run's secret, beside the probes",
    )
    data: tuple[Text, ...] = ()
    text: str = Field(default="", description="the file with what is asked, in Markdown: copied, it is no answer")
    answers: str = Field(
        default="",
        description="a file of answers as students write them, in Markdown: the words of each part are learned from it",
    )
    recorded: str = Field(default="", description="a file of the reference's answers, where a kit can't hold itself")
    run: RunWhole | None = Field(default=None, description="None: they are not run")
    reproduction: str = Field(default="", description="the reference's module with the assignment's own experiments")


RequirementKind = Literal["report", "requirements-file", "comments", "seeds", "notebook-order", "fresh-run"]
# What `least` may bound for a kind of requirement, and the default bound.
MEASURES: Final[Mapping[RequirementKind, Mapping[str, float]]] = MappingProxyType(
    {"report": {"words": 1, "figures": 1}, "comments": {"share": 0.02}}
)


class Requirement(Record):
    """What is asked of a submission as a whole, besides its deliverables. No points depend on it."""

    kind: RequirementKind
    asked: Text = Field(description="one line, as the student reads it")
    least: dict[Text, Number] = Field(default_factory=dict, description="bounds, by the names in MEASURES")

    def at_least(self, measure: str) -> float:
        """The bound for one of this kind's measures."""
        return self.least.get(measure, MEASURES[self.kind][measure])


class Profile(Record):
    """How much is run to grade one submission."""

    description: Text
    visibilities: tuple[Visibility, ...] = Field(min_length=1)
    sample: bool = Field(description="train on the small sample instead of the whole data set")
    training: Training = Field(default="short", description="how long training may take")


class Function(Record):
    """A standard function: what a submission exposes under this name or one of its aliases."""

    signature: Text
    docstring: str = Field(
        default="", exclude=True, description="what a kit says of it, where the reference is not there to ask"
    )
    aliases: tuple[Text, ...] = ()
    accepts: dict[Text, tuple[Text, ...]] = Field(
        default_factory=dict, description="an expression over the parameters -> names that students' parameters have"
    )
    may_lack: tuple[Text, ...] = Field(default=(), description="parameters that a student's function can do without")
    adapter: str = Field(default="", description="what a function of another name is wrapped in, as 'module:function'")
    variables: tuple[Text, ...] = Field(default=(), description="names of top-level variables that can stand in for it")
    gives: str = Field(
        default="", description="what the function gives, as an expression over `variable` and the parameters"
    )
    trained: bool = Field(default=False, description="blocks that train such a variable are run for it")
    single: bool = Field(
        default=False,
        description="it returns one number: where a function of its name returns several, the adapter reads them, too",
    )
    shared_with: dict[Text, Text] = Field(
        default_factory=dict,
        description="another function -> the parameter with which its definition answers for this too",
    )


class Item(Record):
    """One deliverable with its points.

    `checks` iterates over check names in either form: a tuple (all must pass), or a mapping to shares of the
    item's points.
    """

    id: Text
    title: Text
    points: Points
    kind: Literal["automatic", "review"]
    needs: tuple[Text, ...] = ()
    uses: tuple[Text, ...] = Field(
        default=(), description="functions that it is not about: where they are broken, the reference's stand in"
    )
    checks: Checks = ()
    thresholds: dict[str, Number] = Field(default_factory=dict)
    message: str = ""
    hint: str = ""
    signs: tuple[Pattern, ...] = Field(
        default=(),
        description="what code that does this has in it; where no check can call such code, a person decides",
    )
    sentences: tuple[int, int] | None = Field(default=None, description="fewest and most that are asked for")
    comparable: tuple[Text, ...] = Field(
        default=(), description="checks that train as the assignment does: printed accuracies are held against theirs"
    )

    _part: str = PrivateAttr(default="")
    _bonus: bool = PrivateAttr(default=False)
    _source: Source = PrivateAttr(default=Source(Path()))
    _steps: Steps = PrivateAttr(default=())

    @property
    def part(self) -> str:
        """The id of the part that this item belongs to."""
        return self._part

    @property
    def bonus(self) -> bool:
        return self._bonus

    @property
    def where(self) -> str:
        """The file and line of this item, e.g. 'rubric/hw1.yaml:42'."""
        return self.place().file_and_line

    def place(self, *steps: str | int) -> Place:
        """Where a field of this item is in the rubric file."""
        return self._source.place(*self._steps, *steps)

    def listed_checks(self) -> Iterator[tuple[str, Place]]:
        """Each check with its place in the rubric file."""
        for index, name in enumerate(self.checks):
            yield name, self.place("checks", name if self.shares else index)

    @property
    def shares(self) -> dict[str, float]:
        """Each check's share of the item's points; empty if all checks must pass."""
        return dict(self.checks) if isinstance(self.checks, dict) else {}

    def threshold(self, name: str) -> float:
        """Raises `RubricError`, naming this item's file and line, for a threshold that it does not set."""
        if name in self.thresholds:
            return self.thresholds[name]
        advice = did_you_mean(name, self.thresholds) if self.thresholds else "add it here"
        message = f"item '{self.id}' sets no threshold '{name}', which a check asks for; {advice}"
        raise RubricError([Problem(self.place("thresholds"), message)])

    def credit(self, credits: Mapping[str, float]) -> float:
        """This item's credit in [0, 1], from the credits in [0, 1] of those of its checks that ran.

        The least of them, or if checks have shares, their mean weighted by share. Raises ValueError when no
        check ran.
        """
        ran = {name: credits[name] for name in self.checks if name in credits}
        if not ran:
            raise ValueError(f"no check of item '{self.id}' ran")
        if not self.shares:
            return min(ran.values())
        weights = {name: self.shares[name] for name in ran}
        return sum(weights[name] * ran[name] for name in ran) / sum(weights.values())


class Part(Record):
    """A heading of the assignment, e.g. 1A, with its items."""

    id: Text
    title: Text
    points: Points
    bonus: bool = False
    keywords: tuple[Text, ...] = Field(default=(), description="words that tell it from other parts in documents")
    words: tuple[Text, ...] = Field(
        default=(), description="words that speak for it where nothing else tells; other parts may have them, too"
    )
    names: dict[Text, tuple[Text, ...]] = Field(
        default_factory=dict, description="what it compares -> other spellings of that in documents"
    )
    groups: dict[Text, tuple[Text, ...]] = Field(
        default_factory=dict, description="a word for several of `names` -> those: 'adaptive' -> RMSprop and Adam"
    )
    items: tuple[Item, ...] = Field(min_length=1)


class Rubric(Record):
    """A whole rubric file."""

    assignment: Assignment
    profiles: dict[str, Profile] = Field(min_length=1)
    functions: dict[str, Function]
    accepts: dict[Text, tuple[Text, ...]] = Field(default_factory=dict, description="the same, for all functions")
    requirements: tuple[Requirement, ...] = Field(
        default=(), description="what is asked beside the parts, without points"
    )
    thresholds: dict[ThresholdKind, tuple[Text, ...]] = Field(
        default_factory=dict, description="a kind of number -> the thresholds of items that are of it"
    )
    parts: tuple[Part, ...] = Field(min_length=1)

    _source: Source = PrivateAttr(default=Source(Path()))

    def model_post_init(self, context: Any) -> None:
        """Keep the `Source` given as validation context, and give each item its place in it."""
        if not isinstance(context, Source):
            return
        self._source = context
        for part_index, part in enumerate(self.parts):
            for item_index, item in enumerate(part.items):
                item._part = part.id
                item._bonus = part.bonus
                item._source = context
                item._steps = ("parts", part_index, "items", item_index)

    @property
    def source(self) -> Source:
        return self._source

    @property
    def path(self) -> Path:
        return self._source.path

    @property
    def root(self) -> Path:
        """The assignment's folder, absolute: the parent of the folder with the rubric file."""
        return self.path.resolve().parent.parent

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, in the order of the file."""
        return tuple(item for part in self.parts for item in part.items)

    def item(self, id: str) -> Item:
        """Raises `RubricError` for an id that is not in this rubric."""
        return self._look_up("item", id, {item.id: item for item in self.items})

    def part(self, id: str) -> Part:
        """Raises `RubricError` for an id that is not in this rubric."""
        return self._look_up("part", id, {part.id: part for part in self.parts})

    def function(self, name: str) -> Function:
        """A standard function, with the parameters that all functions accept after its own. Raises `RubricError` like `item`."""
        own = self._look_up("function", name, self.functions)
        return own.model_copy(
            update={"accepts": {**own.accepts, **{k: v for k, v in self.accepts.items() if k not in own.accepts}}}
        )

    def described(self) -> dict[str, dict[str, Any]]:
        """All standard functions as a sandbox is told of them: each with the part that asks for it first."""
        parts = {name: item.part for item in reversed(self.items) for name in item.needs}
        return {name: {**self.function(name).model_dump(), "part": parts.get(name, "")} for name in self.functions}

    def profile(self, name: str) -> Profile:
        """Raises `RubricError` for a profile that is not in this rubric."""
        return self._look_up("profile", name, self.profiles)

    def _look_up(self, noun: str, name: str, known: Mapping[str, Kind]) -> Kind:
        if name in known:
            return known[name]
        message = f"there is no {noun} '{name}' in this rubric; {did_you_mean(name, known)}"
        raise RubricError([Problem(Place(str(self.path)), message)])
