"""The page of a class and its table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from autograder.class_results import Entry, entry_of
from autograder.report.class_page import GRADES, INDEX, bins, most_lost, render_class, report_of, waiting, write_class
from autograder.report.grades import grades_csv
from autograder.results import LATE_NOTE, ItemResult, Status, SubmissionInfo
from tests.unit.report.sample_results import a_failed_item, a_result, an_item

TEMPLATES = Path(__file__).parents[3] / "templates"
NETWORK = an_item(id="1A.network", title="A network")
WHY = an_item(id="1A.why", title="Say why", kind="review", status=Status.REVIEW, points=0.0, max_points=2.0)


def entry(name: str, *items: ItemResult, **fields: Any) -> Entry:
    info = SubmissionInfo(name=name, sha256="", files=(), notes=(LATE_NOTE,) if fields.pop("late", False) else ())
    return entry_of(a_result(*items, submission=info, **fields), name.replace(" ", "_"))


def a_class() -> list[Entry]:
    """One right, one wrong and late, one unreadable, one that the grader could not grade."""
    unread = [item.model_copy(update={"status": Status.UNCHECKED, "points": 0.0}) for item in (NETWORK, WHY)]
    return [
        entry("Ana Silva", NETWORK, WHY),
        entry("Bo", a_failed_item(id="1A.network", title="A network"), WHY, late=True),
        entry("Dana", *unread, problem="Nothing was handed in: Dana is empty.\nDo this.", unchecked=0.0),
        Entry("Eve", "Eve", failure="it stumbled"),
    ]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_a_row_for_each_submission() -> None:
    ana, bo, dana, eve = rows_of(grades_csv(a_class()))
    assert list(ana) == [
        "name", "score", "bonus", "awaiting", "awaiting bonus", "1A", "1A.network", "1A.why", "note", "folder",
    ]  # fmt: skip
    assert list(ana.values()) == ["Ana Silva", "1", "0", "2", "0", "1", "1", "", "", "Ana_Silva"]
    assert list(bo.values()) == ["Bo", "0", "0", "2", "0", "0", "0", "", "late", "Bo"]
    assert list(dana.values()) == [
        "Dana", "0", "0", "0", "0", "0", "0", "0", "Nothing was handed in: Dana is empty.", "Dana",
    ]  # fmt: skip
    assert list(eve.values()) == ["Eve", "", "", "", "", "", "", "", "could not be graded: it stumbled", "Eve"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1+1"])
def test_a_name_is_no_formula(name: str) -> None:
    (row,) = rows_of(grades_csv([entry(name, NETWORK)]))
    assert row["name"] == f"'{name.strip()}"


def test_a_name_of_two_lines_is_one_cell_of_one_line() -> None:
    (row,) = rows_of(grades_csv([entry('Bo\n"Tables", the', NETWORK)]))
    assert row["name"] == 'Bo "Tables", the'


def test_the_page_has_a_row_for_each_submission_that_leads_to_its_report() -> None:
    page = render_class(a_class(), template_dir=TEMPLATES)
    assert '<a href="Ana_Silva/report.html">Ana Silva</a>' in page
    assert '<a href="Dana/report.html">Dana</a>' in page
    assert "Nothing was handed in: Dana is empty." in page
    assert '<th scope="row">Eve</th>' in page
    assert "could not be graded: it stumbled" in page
    assert "2 graded, 2 not" in page


def test_what_waits_is_listed_by_item_with_each_answer() -> None:
    (only,) = waiting(a_class())
    assert only.item.id == "1A.why"
    assert only.answers == (("Ana Silva", "Ana_Silva/report.html#item-1A.why"), ("Bo", "Bo/report.html#item-1A.why"))
    assert "2 answers, 2 points each" in render_class(a_class(), template_dir=TEMPLATES)


def test_where_nothing_waits_the_page_says_so() -> None:
    assert "all points are decided" in render_class([entry("Ana", NETWORK)], template_dir=TEMPLATES)


def test_a_class_without_any_result_is_a_page_too() -> None:
    assert "it stumbled" in render_class([Entry("Eve", "Eve", failure="it stumbled")], template_dir=TEMPLATES)


def test_names_notes_and_titles_are_escaped() -> None:
    hostile = [entry("<script>alert(1)</script>", NETWORK), Entry("<b>", "<b>", failure="<img src=x>")]
    page = render_class(hostile, template_dir=TEMPLATES)
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page


def test_addresses_are_quoted() -> None:
    assert report_of(Entry("x", "José #1/a b")) == "Jos%C3%A9%20%231/a%20b/report.html"


def test_the_page_loads_and_runs_nothing() -> None:
    page = render_class(a_class(), template_dir=TEMPLATES)
    assert "default-src 'none'" in page
    assert not any(word in page for word in ("http://", "https://", "<script", " src=", "@import"))


def test_points_are_spread_over_ten_rows() -> None:
    found = bins([0, 2.4, 2.5, 25, 25], 25)
    assert [each.count for each in found] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert (found[-1].low, found[-1].high, found[-1].share) == (22.5, 25, 1)
    assert bins([], 25) == []


def test_items_that_cost_most_come_first_and_undecided_and_unread_ones_cost_nothing() -> None:
    network = most_lost(a_class())
    assert [(each.item.id, each.students, each.decided, each.points, each.share) for each in network] == [
        ("1A.network", 1, 2, 0.5, 0.5)
    ]
    bonus = entry("Cy", a_failed_item(id="bonus.code", bonus=True))
    assert most_lost([bonus]) == []


def test_both_files_are_written_and_spreadsheets_know_the_encoding(tmp_path: Path) -> None:
    write_class(tmp_path, [entry("Émile", NETWORK)], template_dir=TEMPLATES)
    assert "Émile" in (tmp_path / INDEX).read_text(encoding="utf-8")
    assert (tmp_path / GRADES).read_bytes().startswith(b"\xef\xbb\xbfname,")
    assert "Émile" in (tmp_path / GRADES).read_text(encoding="utf-8-sig")
