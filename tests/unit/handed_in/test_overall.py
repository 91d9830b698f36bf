"""A title and a discussion of the whole are of no one part."""

from __future__ import annotations

from autograder.handed_in.part_names import Names
from autograder.handed_in.passages import Passage
from autograder.handed_in.placing import place

OF_ALL = [
    "ReLU is the best activation, sigmoid saturates.",
    "RMSprop and Adam converge fastest, SGD is slow.",
    "The vanishing gradient is seen in the sigmoid network.",
    "Dropout prevents overfitting best.",
    "The wider architecture gains three points over the basic CNN.",
]


def placed(rubric, likeness, *passages: tuple[int, str]) -> list[str]:
    """The parts of the texts; a level of 0 is a text's, others are headings'."""
    listed = [
        Passage("heading" if level else "text", "a.md", f"line {number}", text, level)
        for number, (level, text) in enumerate(passages)
    ]
    return [each.part for each in place(listed, rubric.parts, likeness=likeness) if each.passage.kind == "text"]


def test_one_discussion_behind_all_parts_is_taken_apart_by_paragraphs(rubric, likeness):
    texts = [(0, text) for text in OF_ALL]
    found = placed(rubric, likeness, (2, "2A Optimizers"), (2, "3B Architectures"), (2, "Discussion"), *texts)
    assert found == ["1B", "2A", "2B", "2C", "3B"]


def test_a_discussion_of_one_part_stays_in_it_whatever_else_it_speaks_of(rubric, likeness):
    its_own = [
        (0, "The deep one wins by five points."),
        (0, "Adam and RMSprop are needed to get it going."),
        (0, "Its overfitting is less, as with dropout."),
    ]
    assert placed(rubric, likeness, (2, "3A CNN"), (2, "3B"), (2, "Discussion"), *its_own) == ["3B"] * 3
    below = placed(rubric, likeness, (2, "3B"), (3, "Discussion"), *((0, text) for text in OF_ALL))
    assert below == ["3B"] * 5
    before_others = placed(rubric, likeness, (2, "1A"), (2, "Analysis"), *((0, text) for text in OF_ALL), (2, "2A"))
    assert before_others == ["1A"] * 5


def test_where_each_part_has_a_discussion_none_is_of_all(rubric, likeness):
    texts = [(0, text) for text in OF_ALL]
    found = placed(
        rubric, likeness, (2, "2A"), (2, "Discussion"), (0, "It is quick."), (2, "3B"), (2, "Discussion"), *texts
    )
    assert found == ["2A", *["3B"] * 5]


def test_chapters_of_a_paper_count_within_no_problem(rubric, likeness):
    chapters = [(1, "1. Methods"), (1, "2. Results"), (1, "3. Discussion")]
    texts = [(0, text) for text in OF_ALL]
    found = placed(rubric, likeness, (1, "Homework 1: MLPs, Optimizers and CNNs"), *chapters, *texts)
    assert found == ["1B", "2A", "2B", "2C", "3B"]


def test_a_paper_is_told_by_the_order_and_the_names_of_its_chapters(rubric):
    def numbered(*titles: str) -> bool:
        return Names(rubric.parts).has_own_numbers([Passage("heading", "a.md", "", title, 2) for title in titles])

    assert numbered("1 Introduction", "2 Experiments", "3 Discussion")
    assert numbered("1. Setup", "2. Results")
    assert numbered("1. Methods", "2. Findings", "3. Analysis")
    assert not numbered("1 Perceptrons", "2 Training", "3 Convolutions")
    assert not numbered("1. Results", "2. Results", "3. Discussion")
    assert not numbered("Problem 1", "1. Setup", "2. Results", "Problem 2", "1. Setup", "2. Results")


def test_a_title_that_speaks_of_several_problems_gives_no_part(rubric):
    names = Names(rubric.parts)
    assert names.speaks_for_several_problems("Homework 1: MLPs, Optimizers and CNNs")
    assert names.speaks_for_several_problems("Activations, optimizers and regularization")
    assert names.speaks_for_several_problems("From the perceptron to transfer learning with CNNs")
    assert not names.speaks_for_several_problems("Comparison of the optimizers")
    assert not names.speaks_for_several_problems("Problem 2: optimizers for the MLP")
    assert not names.speaks_for_several_problems("Deep Learning, Homework 1")
