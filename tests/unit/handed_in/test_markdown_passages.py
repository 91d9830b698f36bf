"""Markdown into passages."""

from __future__ import annotations

from autograder.handed_in.markdown import read_markdown
from autograder.handed_in.passages import Passage


def read(text: str) -> list[Passage]:
    return list(read_markdown(text, "report.md"))


def of_kinds(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in read(text)]


def test_headings_prose_and_tables_come_in_order_without_marks():
    found = read("# Problem 1\n\nSome **bold** and `code`,\non two lines.\n\n| a | b |\n|---|---|\n| relu | 0.97 |\n")
    assert [each.kind for each in found] == ["heading", "text", "table"]
    assert found[0].level == 1
    assert found[1].text == "Some bold and code, on two lines."
    assert found[2].rows == (("a", "b"), ("relu", "0.97"))


def test_a_line_in_bold_is_a_heading_and_a_bold_word_is_none():
    first, second = read("**Analysis:**\n\n**ReLU** was best.")
    assert (first.kind, first.text) == ("heading", "Analysis")
    assert second.kind == "text"


def test_without_a_cell_the_line_is_the_place():
    assert [each.place for each in read("# A\n\ntext\n")] == ["report.md line 1", "report.md line 3"]


def test_each_point_of_a_list_is_a_passage():
    assert [each.text for each in read("- ReLU was best.\n- Sigmoid was worst.\n")] == [
        "ReLU was best.",
        "Sigmoid was worst.",
    ]


def test_code_and_pictures_by_address_are_no_prose():
    assert of_kinds("```python\nprint('hello')\n```\n\n![plot](loss.png)\n") == [("code", "print('hello')")]


def test_a_block_of_figures_was_printed():
    assert of_kinds("```\nEpoch 1: loss 0.43\nEpoch 2: loss 0.21\n```\n")[0][0] == "printed"


def test_indented_lines_of_a_plain_text_are_text():
    (found,) = read_markdown("    Adam was best here.\n", "notes.txt", plain=True)
    assert found.kind == "text"


def test_tags_are_taken_out():
    (only,) = read("<div align='center'>My <b>answer</b></div>")
    assert only.text == "My answer"


def test_bold_words_with_a_full_stop_before_the_text_are_its_heading():
    assert of_kinds("**Optimizers.** Adam was best.") == [("heading", "Optimizers"), ("text", "Adam was best.")]
    assert of_kinds("**Adam was best.**") == [("heading", "Adam was best.")]
    assert of_kinds("**ReLU:** best of all.") == [("text", "ReLU: best of all.")]
