"""What sentences say they are about before they say something."""

from __future__ import annotations

import pytest

from autograder.handed_in.openings import divided, part_of_bare_label, part_of_label, part_referred_to, topic
from autograder.handed_in.part_names import Names


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("For 2.1, Adam was ahead.", "2A"),
        ("As for 3.2: deeper is better.", "3B"),
        ("In 2B the first layers learn nothing.", "2B"),
        ("Regarding question 1B, tanh won.", "1B"),
        ("My answer to 2.3: dropout.", "2C"),
        ("Now to part 3B, where depth helps.", "3B"),
        ("Finally, for problem 2 (c), dropout is best.", "2C"),
        ("Part 2A – momentum is enough.", "2A"),
        ("Question 2.2: sigmoid dies.", "2B"),
        ("Zu Aufgabe 2a: Adam war schneller.", "2A"),
        ("En cuanto a 1B, ReLU fue la mejor.", "1B"),
        ("Pour 2C, le dropout gagne.", "2C"),
        ("在2B中，梯度消失了。", "2B"),
        ("For the bonus, ResNet18 got 92 %.", "bonus"),
    ],
)
def test_a_sentence_begins_with_the_number_of_its_part(rubric, text, part):
    assert part_referred_to(text, Names(rubric.parts)) == part


@pytest.mark.parametrize(
    "text",
    [
        "Compared with 3A, deeper is better.",
        "Unlike 2A, nothing converged.",
        "The MLP of 1A, with three layers, was used.",
        "For 2.1 epochs nothing happens.",
        "In 2.1 seconds, it is done.",
        "SGD reached 2.1, and Adam 0.4.",
        "For model 2B, the loss is lower.",
        "In 2016, batch normalization was new.",
    ],
)
def test_a_number_of_something_else_names_no_part(rubric, text):
    assert part_referred_to(text, Names(rubric.parts)) == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Part B analysis: it vanishes.", "2B"),
        ("PART C: dropout is best.", "2C"),
        ("Question (a) – Adam is best.", "2A"),
        ("Teil B: Er verschwindet.", "2B"),
        ("Arch B: 73 % and slow.", ""),
        ("Model C: the deepest one.", ""),
        ("Run A: 0.98 after all.", ""),
    ],
)
def test_a_label_gives_a_letter_within_its_problem(rubric, text, part):
    assert part_of_label(text, Names(rubric.parts), "2") == part


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Next the gradients of the deep MLP. For sigmoid …", "gradients of the deep MLP"),
        ("As for the activation functions, ReLU won.", "activation functions"),
        ("Finally, of my three CNNs, the deepest won.", "CNNs"),
        ("Moving on to regularization: dropout helped.", "regularization"),
        ("关于正则化，Dropout最好。", "正则化"),
        ("Quant aux optimiseurs, Adam gagne.", "optimiseurs"),
        ("ReLU was the best.", ""),
    ],
)
def test_a_sentence_says_what_comes_next(text, about):
    assert topic(text) == about


def test_a_paragraph_that_goes_through_several_parts_is_divided(rubric):
    names = Names(rubric.parts)
    text = "1B: ReLU won. It is cheap. 2A: Adam won. For 2.2, it vanishes."
    assert list(divided(text, names)) == ["1B: ReLU won. It is cheap.", "2A: Adam won.", "For 2.2, it vanishes."]
    alone = "2A: Adam won. It took 2.1 s. SGD was last."
    assert list(divided(alone, names)) == [alone]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2.1: Adam was first.", "2A"),
        ("1.2: 97.7 with ReLU.", "1B"),
        ("[2A] Adam was first.", "2A"),
        ("2A -> Adam was first.", "2A"),
        ("2A Adam was first.", "2A"),
        ("Task 2 - Part A: Adam was first.", "2A"),
        ("Problem 2, Part 1: Adam was first.", "2A"),
        ("My answer to part 2A: Adam was first.", "2A"),
        ("Optimizers (2A): Adam was first.", "2A"),
        ("2.1 Optimizers: Adam was first.", "2A"),
        ("Part II.A: Adam was first.", "2A"),
        ("第二题A部分：Adam最快。", "2A"),
        ("Bonus: ResNet18 has 91 %.", "bonus"),
        ("Bonus ResNet18 has 91 %.", "bonus"),
        ("2.1 - 3.5 percent more", ""),
        ("0.5: the rate", ""),
        ("Epoch 2: 0.97 after all", ""),
        ("Compared with 3A: it is better.", ""),
        ("Figure 2.1: The optimizers.", ""),
        ("Bonus points are welcome.", ""),
    ],
)
def test_a_label_names_its_part_however_it_is_written(rubric, text, part):
    assert part_of_label(text, Names(rubric.parts), "") == part


def test_a_letter_or_a_number_alone_counts_within_its_problem(rubric):
    names = Names(rubric.parts)
    assert [part_of_bare_label(text, names, "2") for text in ("b) It vanishes.", "3. Dropout.", "B: …", "So 2.")] == [
        "2B",
        "2C",
        "2B",
        "",
    ]


def test_a_heading_may_name_several_parts(rubric):
    names = Names(rubric.parts)
    assert names.several("2A and 2C: optimizers and dropout") == ("2A", "2C")
    assert names.several("2.2/2.3") == ("2B", "2C")
    assert names.several("Part 2A, with 97.7 %") == ()
