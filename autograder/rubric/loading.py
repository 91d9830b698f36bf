"""Load a rubric file: read the YAML, check its form, then what its fields say about each other.

The second check needs every field to be readable, since a mistyped field would raise false alarms. So a file with problems of
form is reported with all of those first, and with wrong sums and references once they are fixed.
"""

from __future__ import annotations

import json
import reprlib
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from autograder.rubric.consistency import inconsistencies
from autograder.rubric.model import LIST, SHARES, Rubric
from autograder.rubric.problems import Problem, RubricError, did_you_mean
from autograder.rubric.source import Source, Steps, read_yaml

Record = TypeVar("Record", bound=BaseModel)
_PLAINER = {
    "missing": "missing; add it",
    "model_type": "must be a mapping of fields",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "string_type": "must be text; write it in quotes",
    "bool_type": "must be true or false",
}


def load_rubric(path: Path) -> Rubric:
    """Load and check a rubric file. Raises `RubricError` with all problems that were found.

    Whether the checks that it names exist is verified by `verify_checks`, once they are collected.
    """
    rubric, _ = read_record(path, Rubric)
    problems = list(inconsistencies(rubric))
    if problems:
        raise RubricError(problems)
    return rubric


def read_record(path: Path, kind: type[Record]) -> tuple[Record, Source]:
    """Read a YAML file as one record, with the line of each entry. Raises `RubricError` with all problems of form."""
    data, source = read_yaml(path)
    # As JSON, strict validation takes a list for a tuple and still refuses "1" for a number.
    document = json.dumps(data, default=str)
    try:
        return kind.model_validate_json(document, strict=True, context=source), source
    except ValidationError as error:
        raise RubricError(_problem_of_form(details, source, kind) for details in error.errors()) from None


def _problem_of_form(details: ErrorDetails, source: Source, kind: type[BaseModel]) -> Problem:
    steps = tuple(step for step in details["loc"] if step not in (LIST, SHARES))
    if details["type"] == "extra_forbidden":
        message = f"unknown field; {did_you_mean(str(steps[-1]), _fields_at(steps[:-1], kind))}"
    elif details["type"] == "missing":
        message = _PLAINER["missing"]
    else:
        general = details["msg"].replace("Input should be", "must be")
        message = f"{_PLAINER.get(details['type'], general)}; found {reprlib.repr(details['input'])}"
    return Problem(source.place(*steps), message)


def _fields_at(steps: Steps, record: type[BaseModel]) -> list[str]:
    """The fields that the record at `steps` below this one may have."""
    if issubclass(record, RootModel):
        record = _record_in(record.model_fields["root"].annotation) or record
    for step in steps:
        field = record.model_fields.get(str(step))  # none for a list's index or the name of an entry
        record = (_record_in(field.annotation) if field else None) or record
    return list(record.model_fields)


def _record_in(annotation: Any) -> type[BaseModel] | None:
    """The record type of a field, or of the elements of its lists and mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _record_in(inner))), None)
