"""Reading order: columns, running heads, page numbers, tables of contents."""

from __future__ import annotations

from autograder.handed_in import contents
from autograder.handed_in.layout import Line, Page, in_reading_order, joined
from autograder.handed_in.passages import Passage
from autograder.handed_in.pdf_process import DIVIDED, Piece


def piece(text: str, left: float, y: float, size: float = 10.0, bold: bool = False) -> Piece:
    return Piece(text, left, left + 5.0 * len(text), y, size, bold, mono=False)


def lines(*pages: list[Piece]) -> list[str]:
    read = in_reading_order([Page(number, 600.0, 800.0, tuple(each)) for number, each in enumerate(pages, start=1)])
    return [each.text for each in read if isinstance(each, Line)]


def test_two_columns_are_read_one_after_the_other_below_what_goes_across():
    left = [piece(f"the left column's line {n}", 60, 700 - 12 * n) for n in range(8)]
    right = [piece(f"the right column's line {n}", 320, 700 - 12 * n) for n in range(8)]
    beside = [each for pair in zip(left, right, strict=True) for each in pair]  # as some programs write them
    title = piece("A title that goes across both of the columns of this page", 150, 740, size=16)
    assert lines([title, *beside]) == [title.text, *(each.text for each in left), *(each.text for each in right)]


def test_columns_that_end_soon_are_told_by_those_of_other_pages():
    def column(name: str, left: float, count: int) -> list[Piece]:
        return [piece(f"the {name} column's line {n}", left, 700 - 12 * n) for n in range(count)]

    full, last = (column("left", 60, 8), column("right", 320, 8)), (column("last", 60, 7), column("short", 320, 2))
    both = [[*one, *other] for one, other in (full, last)]
    assert lines(*both)[-9:] == [each.text for part in last for each in part]
    assert lines(both[1])[0] == "the last column's line 0 the short column's line 0"  # alone it may be a table


def test_a_table_of_short_cells_is_no_text_in_columns():
    rows = [[piece(f"net {n}", 60, 700 - 12 * n), piece("0.97", 320, 700 - 12 * n)] for n in range(8)]
    assert lines([each for row in rows for each in row])[0] == "net 0 0.97"


def test_running_heads_and_page_numbers_are_no_text():
    def page(number: int) -> list[Piece]:
        head = [piece("Homework 1 - J. Novak", 60, 770), piece(f"Page {number} of 3", 280, 30)]
        return [*head, piece(f"What stands on page {number} alone.", 60, 600), piece(f"And more {number}.", 60, 580)]

    found = lines(page(1), page(2), page(3))
    assert len(found) == 6
    assert not any("Novak" in text or "of 3" in text for text in found)


def test_headings_that_are_numbered_like_the_pages_stay():
    pages = [
        [piece(f"Problem {n}", 60, 760, size=16), piece(f"Text of {'abc'[n]}.", 60, 700), piece("More.", 60, 600 - n)]
        for n in range(3)
    ]
    assert [text for text in lines(*pages) if text.startswith("Problem")] == ["Problem 0", "Problem 1", "Problem 2"]


def test_raised_letters_stand_in_their_line():
    assert lines([piece("a rate of 10", 60, 500), piece("-3", 122, 504, size=6), piece("was used", 140, 500)]) == [
        "a rate of 10 -3 was used"
    ]


def test_divided_words_are_put_together():
    assert joined([f"the high{DIVIDED}", "est of", "all"]) == "the highest of all"
    assert joined(["the high-", "est"]) == "the highest"
    assert joined(["SGD-", "Momentum"]) == "SGD- Momentum"


def test_a_table_of_contents_is_told_by_its_title_or_its_leaders():
    text = [
        "Contents",
        "1 Introduction 2",
        "2 Optimizers 3",
        "1 Introduction",
        "We begin.",
        "2 Optimizers",
        "Adam won.",
    ]
    assert contents.entries(text) == {0, 1, 2}
    assert contents.entries(["1 A ..... 2", "2 B ..... 3", "3 C ..... 4", "A", "Adam won."]) == {0, 1, 2}
    assert contents.entries(["relu 1", "tanh 2", "sigmoid 3", "Adam won."]) == set()


def test_a_list_of_the_headings_below_is_no_text():
    def text(said: str) -> Passage:
        return Passage("text", "README.md", "", said)

    titles = ["Getting started", "Which function?", "Where did my gradient go?"]
    headings = [Passage("heading", "README.md", "", title, 2) for title in titles]
    listed = [text("Getting started"), text("Which function?: relu or tanh"), text("Where did my gradient go?")]
    said = text("Which function? ReLU was best.")
    assert contents.without_contents([*listed, *headings, said]) == [*headings, said]
    assert contents.without_contents([listed[0], *headings, said]) == [listed[0], *headings, said]
