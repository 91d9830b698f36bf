"""Points that a person gave: read from a YAML file and put into results.

```yaml
solutions:                    # the submission's name, as the report shows it
  1B.analysis: {points: 1, comment: Names the best activation and why.}
```

Only an instructor can hand such a file to the grader; nothing of the kind is read from a submission.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from autograder.results import BY_A_PERSON, ItemResult, Result, Status, rescored
from autograder.rubric.loading import read_record
from autograder.rubric.problems import Problem, RubricError, did_you_mean
from autograder.rubric.source import Source


class Review(BaseModel):
    """A person's verdict on one item."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    points: float = Field(ge=0, allow_inf_nan=False)
    comment: str = ""


def _nothing_yet(value: Any) -> Any:
    """A name or file in which nothing is entered yet reviews nothing."""
    return {} if value is None else value


class ReviewFile(RootModel[Any]):
    """A whole review file: submission -> item -> review."""

    root: Annotated[
        dict[str, Annotated[dict[str, Review], BeforeValidator(_nothing_yet)]], BeforeValidator(_nothing_yet)
    ]


Reviews = Mapping[str, Mapping[str, Review]]
Reviewable = tuple[str, Mapping[str, float]]
"""A submission's name, and the points that each of its items has at most."""


def load_reviews(path: Path) -> tuple[Reviews, Source]:
    """Read a review file, with the line of each entry. Raises RubricError with all problems of form."""
    read, source = read_record(path, ReviewFile)
    return read.root, source


def verify_reviews(reviews: Reviews, source: Source, submissions: Iterable[Reviewable]) -> None:
    """Check a review file against the submissions that are there.

    Raises RubricError with all mismatches: a submission that is not there or whose name is not unique, an item that it does not
    have, more points than the item has.
    """
    there: dict[str, list[Mapping[str, float]]] = {}
    for name, most in submissions:
        there.setdefault(name, []).append(most)
    problems = [
        problem for name in reviews for problem in _problems(name, reviews[name], there, source) if reviews[name]
    ]
    if problems:
        raise RubricError(problems)


def _problems(
    name: str, given: Mapping[str, Review], there: Mapping[str, list[Mapping[str, float]]], source: Source
) -> Iterator[Problem]:
    if name not in there:
        yield Problem(source.place(name), f"no submission '{name}'; {did_you_mean(name, there)}")
        return
    if len(there[name]) > 1:
        message = (
            f"{len(there[name])} submissions are called '{name}'; review each with its own file, by `report DIR/NAME`"
        )
        yield Problem(source.place(name), message)
        return
    most = there[name][0]
    for id, review in given.items():
        if id not in most:
            yield Problem(source.place(name, id), f"there is no item '{id}'; {did_you_mean(id, most)}")
        elif review.points > most[id]:
            message = f"more than {id} has: {review.points:g} of {most[id]:g}; give at most {most[id]:g}"
            yield Problem(source.place(name, id, "points"), message)


def reviewed(result: Result, reviews: Reviews) -> Result:
    """The result with a person's points in it; `verify_reviews` has checked that they fit."""
    given = reviews.get(result.submission.name, {})
    if not given:
        return result
    return rescored(result, tuple(_item(item, given[item.id]) if item.id in given else item for item in result.items))


def _item(item: ItemResult, review: Review) -> ItemResult:
    whole, nothing = review.points >= item.max_points, review.points == 0
    status = Status.PASSED if whole else Status.FAILED if nothing else Status.PARTIAL
    given = {
        "points": review.points,
        "status": status,
        "message": review.comment,
        "hint": "",
        "decided_by": BY_A_PERSON,
    }
    return item.model_copy(update=given)
