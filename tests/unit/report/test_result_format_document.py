"""The written specification of result.json against the records that it specifies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder import results
from autograder.results import SCHEMA, Record, Result, Status

DOCUMENT = (Path(__file__).parents[3] / "docs" / "result-format.md").read_text("utf-8")
RECORDS = [
    record
    for record in vars(results).values()
    if isinstance(record, type) and issubclass(record, Record) and record is not Record
]


def section(title: str) -> str:
    found = re.search(rf"^##+ {re.escape(title)}\b.*?$(.*?)(?=^##? |^### |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, f"docs/result-format.md has no section {title!r}"
    return found[1]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_field_of_every_record_is_specified_and_no_other(record: type[Record]) -> None:
    specified = set(re.findall(r"^\| `(\w+)` \|", section(record.__name__), re.MULTILINE))
    assert specified == {field.alias or name for name, field in record.model_fields.items()}


def test_every_status_is_specified() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", section("Statuses"), re.MULTILINE)) == set(Status)


def test_the_example_is_a_result_of_the_present_schema() -> None:
    example = re.search(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    assert example
    assert Result.model_validate_json(example[1]).schema_version == SCHEMA
