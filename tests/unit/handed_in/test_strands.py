"""What a file says of a part in passing is not shown beside what it says of it at length."""

from __future__ import annotations

from autograder.handed_in.passages import Kind, Passage
from autograder.handed_in.sections import Placed
from autograder.handed_in.strands import strongest

ANSWER = "Adam was the fastest, because it adapts its steps."


def placed(
    part: str, text: str, strength: float, kind: Kind = "text", sure: bool = False, file: str = "a.md"
) -> Placed:
    return Placed(part, Passage(kind, file, "line 1", text), sure, strength=strength)


def texts(*placed: Placed) -> list[str]:
    return [each.text for each in strongest(placed, "2A")]


def test_a_part_that_is_touched_on_again_is_shown_where_it_is_spoken_of():
    later = placed("2A", "Adam and dropout are sensible choices.", 1.5)
    assert texts(placed("2A", ANSWER, 9.0), placed("2B", "Gradients vanish.", 8.0), later) == [ANSWER]
    assert texts(later) == [later.passage.text]  # but alone it is all there is


def test_what_goes_on_elsewhere_is_shown_too_if_it_judges():
    more = placed("2A", "Momentum is slower than Adam.", 7.0)
    setup = placed("2A", "Adam, RMSprop and SGD were run with a rate of 0.01.", 7.0)
    between = placed("2B", "Gradients vanish.", 8.0)
    assert texts(placed("2A", ANSWER, 9.0), between, more) == [ANSWER, more.passage.text]
    assert texts(placed("2A", ANSWER, 9.0), between, setup) == [ANSWER]


def test_what_a_heading_gives_by_number_and_letter_is_kept():
    named = placed("2A", "All of them got there.", 0.0, sure=True)
    assert len(texts(placed("2A", ANSWER, 9.0), placed("", "Next day", 0.0, kind="heading"), named)) == 2


def test_each_file_has_strands_of_its_own():
    other = placed("2A", "Adam it is.", 1.0, file="b.md")
    assert texts(placed("2A", ANSWER, 9.0), other) == [ANSWER, other.passage.text]
