"""Which part's examples a text is like."""

from __future__ import annotations

import pytest

from autograder.handed_in.examples import read_examples
from autograder.handed_in.likeness import MOST, Likeness

EXAMPLES = {
    "2A": ["Adam is the fastest, plain descent is slow.", "Momentum catches up with Adam."],
    "2C": ["Dropout closes the gap.", "Weight decay narrows the gap between both curves."],
    "": ["Install the packages first.", "The seeds are fixed."],
}


def likeliest(likeness: Likeness, text: str) -> str:
    scores = likeness.scores(text)
    return max(scores, key=lambda part: scores[part])


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("At the end momentum was as good as Adam.", "2A"),
        ("Dropout leaves hardly a gap.", "2C"),
        ("Please install these packages.", ""),
    ],
)
def test_a_text_goes_where_its_words_stand_in_the_examples(text, part):
    assert likeliest(Likeness(EXAMPLES), text) == part


def test_scores_end_at_zero_and_are_bounded():
    scores = Likeness(EXAMPLES).scores("Adam, Adam with momentum, plain descent is slow and Adam is the fastest. " * 20)
    assert max(scores.values()) == 0.0
    assert min(scores.values()) >= -MOST


def test_words_that_no_example_has_speak_for_nothing():
    assert set(Likeness(EXAMPLES).scores("Qwertz asdfgh.").values()) == {0.0}


def test_forms_of_a_word_are_one_word():
    assert (
        likeliest(Likeness({"2C": ["regularization helps"], "2A": ["momentum helps"]}), "the regularized net") == "2C"
    )


def test_without_examples_nothing_is_told():
    assert Likeness({}).scores("Adam is fast.") == {}
    assert not Likeness({})


def test_a_text_may_be_more_like_what_answers_nothing():
    likeness = Likeness(EXAMPLES)
    assert likeness.beside("The packages must be installed, the seeds are fixed.", "2A", [""]) > 0
    assert likeness.beside("Adam is the fastest.", "2A", [""]) < 0


def test_examples_stand_under_their_parts_in_markdown(tmp_path):
    path = tmp_path / "answers.md"
    path.write_text(
        "<!-- a remark -->\n\n# 2A\n\nAdam\nwins.\n\nSGD is slow.\n\n# none\n\nInstall it.\n", encoding="utf-8"
    )
    assert read_examples(path) == {"2A": ("Adam wins.", "SGD is slow."), "": ("Install it.",)}


def test_the_assignments_examples_name_its_parts_only(rubric):
    found = read_examples(rubric.root / rubric.assignment.answers)
    assert set(found) == {"", *(part.id for part in rubric.parts)}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("The rectifier leads, the logistic function trails, since its slope is small.", "1B"),
        ("Momentum was the slowest of the three fast ones, plain SGD needed all twenty epochs.", "2A"),
        ("Towards the input the norm falls by six orders of magnitude in the sigmoid network.", "2B"),
        ("Dropout leaves the smallest gap between train and test.", "2C"),
        ("The deeper net has fewer parameters and is four points better, at twice the time.", "3B"),
        ("It was pretrained on ImageNet, so it knows edges and textures already.", "bonus"),
        ("All four XOR cases are right.", "1C"),
        ("Das tiefere Netz hat weniger Parameter und ist genauer.", "3B"),
        ("El dropout reduce la diferencia entre entrenamiento y prueba.", "2C"),
    ],
)
def test_the_assignments_examples_tell_parts_apart(likeness, text, part):
    assert likeliest(likeness, text) == part
