"""Points that a person gave: read from a YAML file and put into results.

```yaml
solutions:                    # the submission's name, as the report shows it
  1B.analysis: {points: 1, comment: Names the best activation and why.}
```

Only an instructor can hand such a file to the grader; nothing of the kind is read from a submission.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from autograder.errors import WrongUse
from autograder.results import BY_A_PERSON, ItemResult, Result, Status, rescored
from autograder.rubric.source import read_yaml


class Review(BaseModel):
    """A person's verdict on one item."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    points: float = Field(ge=0, allow_inf_nan=False)
    comment: str = ""


Reviews = Mapping[str, Mapping[str, Review]]


class ReviewError(WrongUse):
    """The review file is not as it should be. The message names the file and the entry."""


def load_reviews(path: Path) -> Reviews:
    """Read a review file. Raises ReviewError, or RubricError for what is no YAML."""
    content, source = read_yaml(path)
    try:
        return TypeAdapter(dict[str, dict[str, Review]]).validate_python(content or {})
    except ValidationError as error:
        first = error.errors()[0]
        steps = [step for step in first["loc"] if isinstance(step, str | int)]
        raise ReviewError(f"{source.place(*steps)}: {first['msg']}") from error


def reviewed(result: Result, reviews: Reviews) -> Result:
    """The result with a person's points in it. Raises ReviewError for an unknown item or more points than it has."""
    given = reviews.get(result.submission.name, {})
    known = {item.id: item for item in result.items}
    for id, review in given.items():
        if id not in known:
            raise ReviewError(f"{result.submission.name}: there is no item '{id}'; the items are {', '.join(known)}")
        if review.points > known[id].max_points:
            raise ReviewError(
                f"{result.submission.name}: {id} has {known[id].max_points:g} points; {review.points:g} were given"
            )
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
