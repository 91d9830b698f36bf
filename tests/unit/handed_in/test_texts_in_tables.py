"""Tables that hold answers."""

from __future__ import annotations

from autograder.handed_in.passages import Passage, Rows, in_lines
from autograder.handed_in.texts_in_tables import with_texts_in_tables

RELU = "ReLU won by 0.2 points. Sigmoid saturates."
ADAM = "Adam needs four epochs. SGD never gets there."


def told(*rows: tuple[str, ...]) -> list[tuple[str, str]]:
    table: Rows = tuple(rows)
    passages = with_texts_in_tables([Passage("table", "report.docx", "", in_lines(table), rows=table)])
    return [(each.kind, each.text) for each in passages]


def test_each_row_becomes_a_heading_and_its_text():
    found = told(("Part", "Question", "Answer"), ("1B", "Which was best and why?", RELU), ("2A", "Compare them.", ADAM))
    assert [text for kind, text in found if kind == "text"] == [RELU, ADAM]
    assert found[:2] == [("heading", "Which was best and why?"), ("heading", "1B – Answer")]


def test_an_empty_answer_leaves_its_heading():
    found = told(("Question", "Answer"), ("Activations", RELU), ("Optimizers", ""), ("Gradients", ADAM))
    assert [text for kind, text in found if kind == "heading"] == [
        "Activations – Answer",
        "Optimizers",
        "Gradients – Answer",
    ]


def test_answers_may_stand_side_by_side():
    assert told(("1B", "2A"), (RELU, ADAM)) == [("heading", "1B"), ("text", RELU), ("heading", "2A"), ("text", ADAM)]


def test_a_table_of_results_stays_one_whatever_is_remarked_in_it():
    rows = (
        ("", "accuracy", "remark"),
        ("Adam", "97.7", "It was the fastest of all."),
        ("SGD", "93.4", "Slow. Very slow."),
    )
    assert [kind for kind, _ in told(*rows)] == ["table"]
