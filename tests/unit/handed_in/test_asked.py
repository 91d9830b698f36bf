"""The assignment's own words in what was handed in."""

from __future__ import annotations

import pytest

from autograder.handed_in.asked import Asked
from autograder.handed_in.passages import Passage


@pytest.fixture(scope="module")
def assignment(rubric) -> Asked:
    return Asked((rubric.root / rubric.assignment.text).read_text(encoding="utf-8"), rubric.parts)


@pytest.mark.parametrize(
    "copied",
    [
        "Train each model for 20 epochs on MNIST.",
        "• ReLU activation",
        "3) Write a brief analysis, 3–4 sentences, explaining which of the activation functions performed best and why",
        "Analyze which of the methods best prevents overfitting (2–3 sentences)",
        "Implement a CNN with the following architecture: Conv Layer 1: 32 filters, 3x3 kernel, ReLU, same padding MaxPool: 2x2",
        "implement and\ntrain a small MLP to solve the XOR-problem",
    ],
)
def test_what_is_copied_is_known_with_small_changes(assignment, copied):
    assert assignment.says(copied)


@pytest.mark.parametrize(
    "own",
    [
        "Dropout best prevents overfitting here.",
        "ReLU performed best, and sigmoid worst.",
        "Adam was the fastest.",
        "The vanishing gradient problem is clearly visible for the sigmoid network.",
        "I trained each model for 20 epochs, and only SGD had not converged by then.",
    ],
)
def test_what_a_student_says_in_the_assignments_words_is_the_students(assignment, own):
    assert not assignment.says(own)


def test_a_question_with_its_answer_in_one_paragraph_is_taken_apart(assignment):
    text = "2. Analyze which method best prevents overfitting (2-3 sentences). Answer: It is dropout. The gap is 0.1 points."
    question, answer = assignment.apart([Passage("text", "a.ipynb", "after cell 1", text)])
    assert (question.kind, answer.kind) == ("asked", "text")
    assert answer.text == "It is dropout. The gap is 0.1 points."


def test_a_question_tells_its_part_where_only_one_asks_it(assignment):
    assert assignment.part_of("Analyze which method best prevents overfitting (2-3 sentences)") == "2C"
    assert assignment.part_of("Deliverables:") == ""


def test_an_assignment_without_a_text_says_nothing(rubric):
    passages = [Passage("text", "a.ipynb", "after cell 1", "Train each model for 20 epochs on MNIST.")]
    assert list(Asked("", rubric.parts).apart(passages)) == passages


def test_what_a_kit_says_of_its_functions_is_no_answer_either(rubric):
    given = [
        "The training loss of each activation over the epochs.\n\nNo step is taken: the weights stay as they were."
    ]
    asked = Asked("", rubric.parts, given)
    assert asked.says("No step is taken: the weights stay as they were.")
    assert not asked.says("The weights of the first layer hardly changed, because its gradients vanish.")
