"""Which part of the assignment a passage belongs to."""

from __future__ import annotations

import pytest

from autograder.handed_in.likeness import Likeness
from autograder.handed_in.part_names import Names
from autograder.handed_in.passages import Passage
from autograder.handed_in.placing import place


@pytest.mark.parametrize(
    ("heading", "problem", "part"),
    [
        ("1A", "", "1A"),
        ("Problem 1 (a): MLP", "", "1A"),
        ("Problem 1 – Part B: Activation Function Comparison", "", "1B"),
        ("Part C of Problem 1", "", "1C"),
        ("Part B", "2", "2B"),
        ("b) Gradients", "2", "2B"),
        ("Aufgabe 2, Teil A: Optimierer", "", "2A"),
        ("Aufgabe 2c", "", "2C"),
        ("Exercice 3 – Partie B", "", "3B"),
        ("Ejercicio 3: parte (a)", "", "3A"),
        ("1.2 Part B: Activation Function Comparison", "1", "1B"),
        ("3.3 Part C: Visualizing Learned Features", "", "3C"),
        ("2.1 Comparison", "", "2A"),
        ("Vanishing gradients", "", "2B"),
        ("Bonus", "3", "bonus"),
        ("Transfer Learning with ResNet18", "3", "bonus"),
        ("XOR", "", "1C"),
        ("Verschwindende Gradienten", "2", "2B"),
        ("优化器比较", "", "2A"),
    ],
)
def test_a_heading_names_its_part(rubric, heading, problem, part):
    assert Names(rubric.parts).read(heading, problem)[1] == part


@pytest.mark.parametrize(
    "heading", ["Architecture B", "CNN A (Baseline)", "Figure 1 A plot", "Model C", "Homework 1", "Analysis", "Setup"]
)
def test_a_letter_or_number_of_something_else_is_no_part(rubric, heading):
    assert Names(rubric.parts).read(heading, "")[1] == ""


def placed(rubric, *passages: tuple[str, str], likeness: Likeness | None = None) -> list[str]:
    listed = [Passage(kind, "homework.ipynb", f"cell {number}", text) for number, (kind, text) in enumerate(passages)]
    return [each.part for each in place(listed, rubric.parts, likeness=likeness)]


def test_a_heading_reaches_to_the_next_that_names_a_part(rubric):
    found = placed(
        rubric,
        ("heading", "Problem 1"),
        ("heading", "Part B"),
        ("printed", "relu: 0.97"),
        ("heading", "Analysis"),
        ("text", "ReLU was best."),
        ("heading", "Part C"),
        ("text", "It works."),
        ("heading", "Problem 2"),
        ("text", "Something on nothing in particular."),
    )
    assert found == ["", "1B", "1B", "1B", "1B", "1C", "1C", "", ""]


def test_a_chapter_that_names_nothing_ends_a_part(rubric):
    levels = [("Problem 3", 1), ("Part B", 2), ("Results", 2), ("Conclusion", 1)]
    listed = [Passage("heading", "a.md", "", text, level) for text, level in levels]
    assert [each.part for each in place(listed, rubric.parts)] == ["", "3B", "3B", ""]


def test_a_file_may_name_its_problem_or_part(rubric):
    listed = [
        Passage("heading", "problem2.ipynb", "cell 1", "Part B"),
        Passage("text", "hw1_xor.py", "line 1", "It works."),
        Passage("picture", "plots/2a_loss.png", "", "2a loss"),
    ]
    assert [each.part for each in place(listed, rubric.parts)] == ["2B", "1C", "2A"]


def test_comments_of_a_script_are_headings_where_they_give_number_and_letter(rubric):
    found = placed(
        rubric, ("comment", "Problem 2A: optimizers"), ("code", "train()"), ("comment", "now train"), ("code", "run()")
    )
    assert found == ["2A", "2A", "2A", "2A"]


def test_without_headings_the_words_of_a_cell_and_of_those_before_it_decide(rubric):
    listed = [
        Passage("code", "a.ipynb", "cell 1", "import torch"),
        Passage("code", "a.ipynb", "cell 2", "for name in optimizers: run('RMSprop')"),
        Passage("printed", "a.ipynb", "cell 2", "SGD: 0.93"),
        Passage("code", "a.ipynb", "cell 3", "plt.show()"),
        Passage("code", "a.ipynb", "cell 4", "plot(decision_boundary(xor_model))"),
    ]
    assert [each.part for each in place(listed, rubric.parts)] == ["", "2A", "2A", "2A", "1C"]


def test_a_sentence_that_mentions_another_part_does_not_lead_there(rubric):
    found = placed(
        rubric,
        ("text", "2.1 Part A: Optimizer Comparison (4 points)"),
        ("text", "Train the same MLP architecture from Problem 1A using four different optimizers:"),
        ("text", "Input: 2 features"),
        ("text", "Hidden layer: 2-4 neurons"),
        ("text", "2.2 Part B"),
        ("text", "It vanishes."),
    )
    assert found == ["2A", "2A", "2A", "2A", "2B", "2B"]


def test_words_of_another_part_in_a_section_of_this_one_do_not_lead_there(rubric):
    headings = [("Problem 2", 1), ("Part B", 2), ("ReLU activations", 3), ("Dropout", 2)]
    listed = [Passage("heading", "a.md", "", text, level) for text, level in headings]
    assert [each.part for each in place(listed, rubric.parts)] == ["", "2B", "2B", "2C"]


def test_a_documents_own_numbers_are_not_the_assignments(rubric):
    found = placed(
        rubric,
        ("heading", "2 Comparing activation functions"),
        ("heading", "2.1 Set-up and findings"),
        ("text", "ReLU was ahead of tanh."),
        ("heading", "3 Gradient flow"),
        ("text", "It vanishes."),
    )
    assert found == ["1B", "1B", "1B", "2B", "2B"]


def test_a_label_with_number_and_letter_begins_a_part(rubric):
    assert placed(
        rubric, ("text", "1B: ReLU was best."), ("text", "It is cheap."), ("text", "ad 2c) Dropout was best.")
    ) == [
        "1B",
        "1B",
        "2C",
    ]
    assert placed(rubric, ("heading", "3B"), ("text", "Compared with 3A: deeper is better.")) == ["3B", "3B"]


def test_words_place_what_stands_under_a_heading_that_names_nothing(rubric, likeness):
    found = placed(
        rubric,
        ("heading", "How to descend"),
        ("text", "SGD without momentum is slow. Adam and RMSprop are fast."),
        ("text", "This surprised me."),
        ("heading", "Too deep"),
        ("text", "The gradient vanishes in the first layers of the sigmoid network."),
        likeness=likeness,
    )
    assert found == ["", "2A", "2A", "", "2B"]


def test_under_references_and_the_like_nothing_is_placed(rubric):
    found = placed(
        rubric,
        ("heading", "2A Optimizers"),
        ("text", "Adam was best."),
        ("heading", "References"),
        ("text", "Kingma and Ba. Adam, a method for stochastic optimization. RMSprop and SGD with momentum."),
    )
    assert found == ["2A", "2A", "", ""]


def test_a_copied_question_says_what_the_text_below_it_answers(rubric):
    passages = [
        Passage("asked", "a.md", "line 1", "Analyze which method best prevents overfitting"),
        Passage("text", "a.md", "line 2", "It does."),
    ]
    found = place(passages, rubric.parts, lambda text: "2C" if "overfitting" in text else "")
    assert [each.part for each in found] == ["2C", "2C"]


def test_a_copied_question_holds_until_the_next_heading_as_high_as_its_own(rubric):
    found = place(
        [
            Passage("heading", "a.tex", "line 1", "Optimization", level=1),
            Passage("heading", "a.tex", "line 2", "Gradient Analysis", level=2),
            Passage(
                "asked", "a.tex", "line 3", "Implement a deep network and investigate the vanishing gradient problem"
            ),
            Passage("text", "a.tex", "line 4", "They got smaller until nothing was left."),
            Passage("heading", "a.tex", "line 5", "Regularization Effects", level=2),
            Passage("text", "a.tex", "line 6", "The smallest difference is the one with dropout."),
        ],
        rubric.parts,
        lambda text: "2B" if "investigate" in text else "",
    )
    assert [each.part for each in found if each.passage.kind == "text"] == ["2B", "2C"]


def test_one_conclusion_at_the_end_is_that_of_the_whole_and_several_are_those_of_their_parts(rubric):
    def read(*headings: str) -> list[str]:
        pieces = [
            each
            for text in headings
            for each in (Passage("heading", "a.md", "", text, 2), Passage("text", "a.md", "", "Adam was best."))
        ]
        return [each.part for each in place(pieces, rubric.parts) if each.passage.kind == "text"]

    assert read("2A", "2B", "Conclusion") == ["2A", "2B", ""]
    assert read("2A", "Conclusion", "2B", "Conclusion") == ["2A", "2A", "2B", "2B"]


def test_a_heading_of_other_parts_ends_the_one_before(rubric):
    pieces = [
        Passage("heading", "a.md", "", "Regularization", 2),
        Passage("text", "a.md", "", "Dropout was best."),
        Passage("heading", "a.md", "", "CNN", 2),
        Passage("text", "a.md", "", "It gets 70 % and overfits."),
    ]
    assert [each.part for each in place(pieces, rubric.parts)] == ["2C", "2C", "", ""]


def test_a_remark_in_brackets_is_no_heading(rubric):
    found = placed(
        rubric,
        ("heading", "Problem 3"),
        ("text", "(done before Problem 2, the GPU was free on that day)"),
        ("heading", "Part B first: candidates"),
        ("text", "The deep one is best."),
    )
    assert found[-1] == "3B"


def test_numbers_start_anew_in_each_problem(rubric):
    found = placed(
        rubric,
        ("heading", "Problem 1"),
        ("text", "2. It was a close race."),
        ("heading", "Problem 2"),
        ("text", "1. It was the quickest."),
        ("text", "2. It falls towards the input."),
        ("text", "3. The gap is smallest."),
    )
    assert found[1::2][:2] == ["1B", "2A"]
    assert found[3:] == ["2A", "2B", "2C"]


def test_what_is_counted_within_an_answer_stays_in_it(rubric):
    found = placed(rubric, ("heading", "2A"), ("text", "1. SGD is slow."), ("text", "2. Adam is quick."))
    assert found == ["2A"] * 3


def test_one_discussion_of_two_parts_belongs_to_both(rubric):
    found = placed(rubric, ("heading", "2A and 2C"), ("text", "Adam is ahead, and dropout keeps both together."))
    assert found == ["2A", "2C", "2A", "2C"]


def test_a_heading_with_another_subject_leads_out_of_the_part_before(rubric, likeness):
    found = place(
        [
            Passage("heading", "a.md", "", "Experiment: regularisation", 1),
            Passage("text", "a.md", "", "Dropout has the smallest gap."),
            Passage("heading", "a.md", "", "Experiment: transfer", 1),
            Passage("code", "a.md", "", "net = vgg16(weights=VGG16_Weights.DEFAULT)"),
            Passage("heading", "a.md", "", "Takeaway", 6),
            Passage("text", "a.md", "", "VGG has seen a million photos before."),
        ],
        rubric.parts,
        likeness=likeness,
    )
    assert [each.part for each in found if each.passage.kind == "text"] == ["2C", "bonus"]


def test_a_files_folder_gives_its_problem(rubric):
    (found,) = place([Passage("text", "problem2/part_b.md", "", "It shrinks layer by layer.")], rubric.parts)
    assert found.part == "2B"


def test_a_copied_banner_is_still_a_heading(rubric):
    found = placed(rubric, ("asked", "Task 2 - Part B"), ("comment", "It dies before it comes to the input."))
    assert found == ["2B", "2B"]


def test_labels_that_count_otherwise_are_no_parts(rubric):
    found = placed(
        rubric,
        ("text", "1.1: For the activation functions ReLU, sigmoid and tanh, ReLU won."),
        ("text", "1.2: The optimizers were Adam, RMSprop, SGD and momentum."),
        ("text", "1.3: Dropout and weight decay against overfitting."),
    )
    assert found == ["1B", "2A", "2C"]


def test_as_many_answers_as_questions_are_counted_through(rubric):
    texts = (
        "Q1. ReLU, before tanh and sigmoid.",
        "Q2. Adam, before RMSprop, momentum and SGD.",
        "Q3. The sigmoid one is dead in front.",
        "Q4. Dropout against overfitting.",
        "Q5. The fourth is the best with 76 %.",
        "Q6. 91 % against 71 %.",
    )
    assert placed(rubric, *(("text", text) for text in texts)) == ["1B", "2A", "2B", "2C", "3B", "bonus"]


@pytest.mark.parametrize(
    "line",
    [
        "avg pool (C) is the cheapest",
        "baseline 2.2 points, dropout 0.1",
        "PyTorch 2.1 was used for all of it.",
        "gap 2 points",
    ],
)
def test_a_figure_or_a_letter_in_a_line_of_text_names_no_part(rubric, line):
    pieces = [Passage("heading", "a.md", "line 1", "Problem 3", 1), Passage("text", "a.md", "line 2", line)]
    assert not any(each.sure and each.part for each in place(pieces, rubric.parts))


@pytest.mark.parametrize("heading", ["Sat 2 Dec", "3rd December", "Tuesday 2", "Slide 2: optimizers", "Day 3"])
def test_dates_and_the_like_are_no_problems(rubric, heading):
    assert Names(rubric.parts).explicit(heading, "") == ("", "")


def test_chapters_that_are_counted_beyond_the_problems_are_none(rubric):
    def numbered(*titles: str) -> bool:
        return Names(rubric.parts).has_own_numbers([Passage("heading", "a.md", "", title, 1) for title in titles])

    assert numbered("1 Introduction", "2 Theory", "3 Methods", "4 Results", "5 Discussion")
    assert not numbered("1 MLPs", "2 Optimization", "3 Convolutional Neural Networks", "4 Conclusion")
    assert not numbered("1 Problem 1", "2 Problem 2", "3 Problem 3", "4 Conclusion")


def test_a_label_in_one_text_leads_out_of_the_next_less_than_its_words(rubric, likeness):
    labelled = "2A: Adam was the fastest of the four optimizers, and SGD the slowest."
    other = "With dropout the gap between training and test accuracy closes, so it prevents overfitting best."
    found = place(
        [Passage("comment", "a.ipynb", "cell 3", labelled), Passage("comment", "a.ipynb", "cell 5", other)],
        rubric.parts,
        likeness=likeness,
    )
    assert [each.part for each in found] == ["2A", "2C"]


def test_sentences_at_a_turn_that_may_belong_to_either_part_are_nobodys(rubric, likeness):
    text = "Adam was the fastest optimizer, ahead of RMSprop. With 2 it failed. Dropout closes the gap, so overfitting is gone."
    found = place([Passage("text", "a.md", "line 1", text)], rubric.parts, likeness=likeness)
    assert [each.part for each in found if "it failed" not in each.passage.text][:1] == ["2A"]
    assert found[-1].part == "2C"
