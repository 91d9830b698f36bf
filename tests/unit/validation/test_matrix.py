"""The page of a validation says of every submission and item what became of it, in symbols, words and colour."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from autograder.rubric import Rubric, load_rubric
from autograder.validation import Row
from autograder.validation.cases import Kind
from autograder.validation.matrix import (
    KEPT,
    LOST,
    MAY_LOSE,
    NOT_RUN,
    WAITS,
    WRONGLY_KEPT,
    WRONGLY_LOST,
    WRONGLY_WAITS,
    mark,
    write_matrix,
)

ROOT = Path(__file__).parents[3]
NONE = frozenset[str]()
ROW = Row("train_epoch.step-missing", "wrong", {}, NONE, NONE, NONE, NONE, (), (), (), {}, 2.0)


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(ROOT / "rubric" / "hw1.yaml")


@pytest.mark.parametrize(
    ("kept", "loses", "may_lose", "expected"),
    [
        ({"1A.network": True}, set(), set(), KEPT),
        ({"1A.network": False}, {"1A.network"}, set(), LOST),
        ({"1A.network": False}, set(), {"1A.network"}, MAY_LOSE),
        ({"1A.network": True}, set(), {"1A.network"}, KEPT),
        ({"1A.network": True}, {"1A.network"}, set(), WRONGLY_KEPT),
        ({"1A.network": False}, set(), set(), WRONGLY_LOST),
        ({}, {"1A.network"}, set(), NOT_RUN),
    ],
)
def test_a_cell_says_what_became_of_the_item_and_whether_it_was_declared(kept, loses, may_lose, expected):
    row = replace(ROW, kept=kept, loses=frozenset(loses), may_lose=frozenset(may_lose))
    assert mark(row, "1A.network") is expected


def test_a_cell_says_what_is_left_to_a_person_and_whether_it_was_declared():
    row = replace(ROW, waiting=frozenset({"1A.network"}))
    assert mark(row, "1A.network") is WRONGLY_WAITS
    assert mark(replace(row, may_wait=row.waiting), "1A.network") is WAITS


class Cells(HTMLParser):
    """The cells of each row of the page's matrix, by the row's header."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[str | None]] = {}
        self._header = ""
        self._in_header = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_header = tag == "th" and given.get("scope") == "row"
        if tag == "td" and "mark" in (given.get("class") or "").split():
            self.rows.setdefault(self._header, []).append(given.get("aria-label"))

    def handle_data(self, data: str) -> None:
        if self._in_header:
            self._header, self._in_header = data, False


def page(tmp_path: Path, rubric: Rubric, *rows: Row, unproved: tuple[str, ...] = ()) -> str:
    write_matrix(tmp_path / "matrix.html", rubric, rows, unproved)
    return (tmp_path / "matrix.html").read_text(encoding="utf-8")


def test_every_row_has_a_word_for_every_automatic_item(tmp_path, rubric):
    items = [item.id for item in rubric.items if item.kind == "automatic"]
    reference = replace(ROW, case="reference", kind="reference", kept=dict.fromkeys(items, True))
    bug = replace(ROW, kept={"1A.training-step": False}, loses=frozenset({"1A.training-step"}))
    cells = Cells()
    cells.feed(page(tmp_path, rubric, reference, bug))
    assert cells.rows["reference"] == [KEPT.word] * len(items)
    expected = [LOST.word if item == "1A.training-step" else NOT_RUN.word for item in items]
    assert cells.rows["step-missing"] == expected


def test_what_is_not_as_declared_is_told_first_with_its_notes(tmp_path, rubric):
    bad = replace(ROW, kept={"1A.network": False}, notes=("1A.network failed: <script>alert(1)</script>",))
    text = page(tmp_path, rubric, bad, unproved=("3C.filters",))
    assert text.index("1 not as declared, 1 item unproved") < text.index('class="matrix"')
    assert "no wrong submission loses 3C.filters" in text
    assert "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_kind_of_submission_has_a_place_on_the_page(tmp_path, rubric, kind):
    cells = Cells()
    cells.feed(page(tmp_path, rubric, replace(ROW, case=f"{kind}/ada", kind=kind, kept={"1A.network": True})))
    assert cells.rows["ada"][0] == KEPT.word


def test_what_a_free_form_submission_should_have_got_is_told(tmp_path, rubric):
    row = replace(
        ROW, case="freeform/ada", kind="freeform", deviations=("evaluate is bound to nothing; declared: <b>",)
    )
    text = page(tmp_path, rubric, row)
    assert "1 not as declared" in text
    assert "evaluate is bound to nothing; declared: &lt;b&gt;" in text


def test_bugs_named_too_seldom_are_told(tmp_path, rubric):
    silent = replace(ROW, expected_bugs=("train_epoch.step-missing",))
    assert "That is not good enough." in page(tmp_path, rubric, silent)
    named = replace(silent, named_bugs=silent.expected_bugs)
    assert "That is not good enough." not in page(tmp_path, rubric, named)


def test_the_page_loads_and_runs_nothing(tmp_path, rubric):
    text = page(tmp_path, rubric, replace(ROW, kept={"1A.network": True}))
    assert not re.search(r"<script|<link|src=|href=|@import|url\(", text)
