"""The parts of all passages of a file at once."""

from __future__ import annotations

import pytest

from autograder.handed_in.likeness import Likeness
from autograder.handed_in.passages import Passage
from autograder.handed_in.placing import place

RELU = "ReLU is ahead of tanh at 97.8 %, and sigmoid is last because it saturates."
ADAM = "Adam and RMSprop converge fastest, plain SGD needs all twenty epochs and stays at 93 %."
VANISHING = (
    "In the sigmoid network the gradient of the first layers is six orders of magnitude smaller than that of the last."
)
DROPOUT = "Dropout closes the gap between training and test accuracy, weight decay only narrows it."
DEEPER = "The deeper network has fewer parameters and is four points more accurate, but takes twice the training time."
THEORY = "An activation function decides whether a neuron is activated and introduces non-linearity."


@pytest.fixture
def parts(rubric, likeness):
    def told(*passages: tuple[str, str], file: str = "a.md") -> list[tuple[str, str]]:
        listed = [Passage(kind, file, "", text, int(kind == "heading")) for kind, text in passages]
        placed = place(listed, rubric.parts, likeness=likeness)
        return [(each.part, each.passage.text) for each in placed if each.passage.kind != "heading"]

    return told


def test_an_essay_without_headings_comes_apart_by_its_words(parts):
    essay = [("text", text) for text in (RELU, ADAM, VANISHING, DROPOUT, DEEPER)]
    assert [part for part, _ in parts(*essay)] == ["1B", "2A", "2B", "2C", "3B"]


def test_one_paragraph_about_several_parts_comes_apart_by_its_sentences(parts):
    assert parts(("text", f"{RELU} {ADAM} {DROPOUT}")) == [("1B", RELU), ("2A", ADAM), ("2C", DROPOUT)]


def test_a_sentence_without_words_of_any_part_stays_with_those_around_it(parts):
    assert [part for part, _ in parts(("text", f"{ADAM} This surprised me a lot."))] == ["2A"]


def test_a_text_of_another_part_leaves_a_section_that_only_words_named(parts):
    found = parts(("heading", "CNNs on CIFAR-10"), ("text", "Cats are taken for dogs."), ("text", DEEPER))
    assert [part for part, _ in found] == ["3A", "3B"]


def test_a_heading_with_number_and_letter_is_believed_whatever_the_words(parts):
    assert [part for part, _ in parts(("heading", "Problem 2 (C)"), ("text", RELU))] == ["2C"]


def test_a_playful_heading_is_read_as_a_text_is(parts):
    found = parts(
        ("heading", "Which squashing function?"),
        ("text", RELU),
        ("heading", "Keeping it from memorising"),
        ("text", DROPOUT),
    )
    assert [part for part, _ in found] == ["1B", "2C"]


def test_setup_and_theory_belong_nowhere(parts):
    found = parts(("text", "The datasets are downloaded on first use, and the seeds are fixed."), ("text", ADAM))
    assert [part for part, _ in found] == ["", "2A"]


def test_two_parts_under_one_heading_are_told_apart_by_words(parts):
    found = parts(("heading", "2B and 2C"), ("text", VANISHING), ("text", DROPOUT))
    assert found == [("2B", VANISHING), ("2C", DROPOUT)]


def test_a_comment_in_code_names_the_part_of_its_cell_and_not_of_a_later_chapter(rubric, likeness):
    listed = [
        Passage("comment", "a.ipynb", "cell 1", "3c"),
        Passage("code", "a.ipynb", "cell 1", "plot_filters(net)"),
        Passage("heading", "a.ipynb", "after cell 1", "answers", 1),
        Passage("text", "a.ipynb", "after cell 1", f"opt: {ADAM}"),
    ]
    placed = place(listed, rubric.parts, likeness=likeness)
    assert [each.part for each in placed if each.passage.kind != "heading"] == ["3C", "3C", "2A"]


def test_what_may_belong_to_two_parts_has_none_and_both_are_told(rubric):
    text = "Alpha is higher than beta."
    others = {"": ["Install the packages."], **{part.id: ["Something else."] for part in rubric.parts}}
    of_two = Likeness({**others, "1B": [text], "2B": [text]})
    (placed,) = place([Passage("text", "a.md", "", text)], rubric.parts, likeness=of_two)
    assert (placed.part, placed.perhaps) == ("", ("1B", "2B"))
