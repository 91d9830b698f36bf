"""A class is read from a folder, and nobody goes missing on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.class_results import (
    FAILURE,
    RESULT,
    Entry,
    by_name,
    entries_in,
    entry_of,
    items_of,
    of_one_assignment,
    parts_of,
    write_failure,
)
from autograder.results import LATE_NOTE, AssignmentInfo, Result, Status, SubmissionInfo, write_result
from tests.unit.report.sample_results import a_check, a_result, an_item


def result_of(name: str, *items: object, **fields: object) -> Result:
    info = SubmissionInfo(name=name, sha256="", files=(), notes=(LATE_NOTE,) if fields.pop("late", False) else ())
    return a_result(*items, submission=info, **fields)  # type: ignore[arg-type]


def test_names_are_sorted_as_people_sort_them() -> None:
    names = ["Zoe", "Émile", "farid", "Eva", "student10", "student9"]
    assert sorted(names, key=by_name) == ["Émile", "Eva", "farid", "student9", "student10", "Zoe"]


def test_a_class_has_an_entry_for_each_result_and_each_failure(tmp_path: Path) -> None:
    write_result(tmp_path / "Bo" / RESULT, result_of("Bo", an_item()))
    write_result(tmp_path / "deeper" / "Ana" / RESULT, result_of("Ana", an_item()))
    write_failure(tmp_path / "Chen_Wei", "Chen Wei", "the disk was full")
    (tmp_path / "Dana").mkdir()
    (tmp_path / "Dana" / RESULT).write_text("{}", encoding="utf-8")
    (tmp_path / "Eve").mkdir()
    (tmp_path / "Eve" / FAILURE).write_text("[", encoding="utf-8")
    entries = entries_in(tmp_path)
    assert [(entry.name, entry.folder, entry.graded) for entry in entries] == [
        ("Ana", "deeper/Ana", True),
        ("Bo", "Bo", True),
        ("Chen Wei", "Chen_Wei", False),
        ("Dana", "Dana", False),
        ("Eve", "Eve", False),
    ]
    assert entries[2].note == "could not be graded: the disk was full"
    assert "result.json cannot be read" in entries[3].note
    assert "failure.json cannot be read" in entries[4].note


def test_an_earlier_result_stays_beside_a_failure(tmp_path: Path) -> None:
    write_result(tmp_path / "Bo" / RESULT, result_of("Bo", an_item()))
    write_failure(tmp_path / "Bo", "Bo", "it stumbled")
    (entry,) = entries_in(tmp_path)
    assert entry.result is not None
    assert entry.note == "could not be graded: it stumbled"


def test_evidence_is_left_out() -> None:
    entry = entry_of(result_of("Bo", an_item(checks=(a_check(),))), "Bo")
    assert entry.result is not None
    assert entry.result.items[0].checks == ()


@pytest.mark.parametrize(
    ("entry", "note", "graded"),
    [
        (entry_of(result_of("Bo"), "Bo"), "", True),
        (entry_of(result_of("Bo", late=True), "Bo"), "late", True),
        (entry_of(result_of("Bo", late=True, problem="Bo is empty.\nDo this."), "Bo"), "late; Bo is empty.", False),
        (Entry("Bo", "Bo", failure="it stumbled"), "could not be graded: it stumbled", False),
    ],
)
def test_a_note_says_what_has_to_be_known_beside_the_points(entry: Entry, note: str, graded: bool) -> None:
    assert (entry.note, entry.graded) == (note, graded)


def test_what_waits_is_told() -> None:
    entry = entry_of(result_of("Bo", an_item(), an_item(id="1A.why", status=Status.REVIEW, points=0.0)), "Bo")
    assert [item.id for item in entry.waiting] == ["1A.why"]


def test_results_of_another_assignment_are_told_apart() -> None:
    other = result_of("Cy", assignment=AssignmentInfo(id="hw2", title="Homework 2"))
    entries = [entry_of(result_of("Ana"), "a"), entry_of(result_of("Bo"), "b"), entry_of(other, "c"), Entry("D", "d")]
    assert of_one_assignment(entries) == ([entries[0], entries[1], entries[3]], [entries[2]])
    assert of_one_assignment([]) == ([], [])


def test_parts_and_items_are_those_of_all_results() -> None:
    entries = [
        Entry("A", "a"),
        entry_of(result_of("B", an_item()), "b"),
        entry_of(result_of("C", an_item(id="x")), "c"),
    ]
    assert [part.id for part in parts_of(entries)] == ["1A"]
    assert [item.id for item in items_of(entries)] == ["1A.item", "x"]
