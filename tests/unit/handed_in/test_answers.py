"""Written answers, found and counted."""

from __future__ import annotations

import pytest

from autograder.handed_in.answers import best, written
from autograder.handed_in.passages import Passage
from autograder.handed_in.sentences import sentences

LONG = "ReLU achieved the highest accuracy in all of our runs. Sigmoid saturates, so it learns slowly."
INTRO = "We train three networks, each with another activation, and look at their loss."


def passages(*pieces: tuple[str, str], file: str = "a.ipynb") -> list[Passage]:
    return [Passage(kind, file, f"cell {number}", text) for number, (kind, text) in enumerate(pieces, start=1)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (LONG, 2),
        ("ReLU (97.78 %) was best, e.g. after 3.5 epochs. It is cheap!", 2),
        ("ReLU vs. tanh: see Fig. 2. Tanh etc. are worse", 2),
        ("Die Genauigkeit war z. B. 97,8 %. Sigmoid war schlechter.", 2),
        ("relu was best. it converged fast. sigmoid did not.", 3),
        ("ReLU 的准确率最高。因为它没有饱和。", 2),
        ("1. ReLU was best. 2. Sigmoid was worst.", 2),
        ("Why is that? Because of saturation...", 2),
        ("no full stop at all", 1),
        ("", 0),
    ],
)
def test_sentences_are_counted_as_a_reader_does(text, count):
    assert len(sentences(text)) == count


def test_what_is_announced_is_the_answer_and_nothing_else(tmp_path):
    (found,) = written(passages(("text", INTRO), ("code", "run()"), ("heading", "Analysis"), ("text", LONG)))
    assert (found.text, found.announced, found.place) == (LONG, True, "a.ipynb cell 4")


def test_a_first_word_announces_too_and_is_no_sentence():
    (found,) = written(passages(("text", INTRO), ("text", f"Analysis. {LONG}")))
    assert len(found.sentences) == 2
    (found,) = written(passages(("text", f"Brief analysis (Part B): {LONG}")))
    assert found.text == LONG


def test_the_answer_may_go_on_over_paragraphs_until_code_comes():
    (found,) = written(
        passages(("heading", "Diskussion"), ("text", LONG), ("text", LONG), ("code", "x = 1"), ("text", INTRO))
    )
    assert (len(found.sentences), found.place) == (4, "a.ipynb cell 2 to cell 3")


def test_prose_counts_where_nothing_is_announced():
    (found,) = written(passages(("code", "run()"), ("text", LONG), ("text", "Loss curves")))
    assert (found.text, found.announced) == (LONG, False)


def test_the_assignments_own_sentences_are_no_answer():
    task = "Write a brief analysis (3-4 sentences) explaining which activation function performed best and why"
    assert (
        written(passages(("text", task), ("text", "Create a table comparing the final test accuracy for each one")))
        == []
    )


def test_comments_count_only_when_announced():
    assert written(passages(("comment", INTRO))) == []
    (found,) = written(passages(("comment", f"Analysis: {LONG}")))
    assert len(found.sentences) == 2


def test_of_several_files_the_announced_and_long_enough_one_is_shown():
    short = passages(("heading", "Analysis"), ("text", "More on this is in the report that I wrote in LaTeX."))
    full = passages(("heading", "Analysis"), ("text", LONG), file="report.pdf")
    unsure = passages(("text", f"{LONG} {LONG} {LONG}"), file="notes.txt")
    answers = written([*short, *full, *unsure])
    assert [len(each.sentences) for each in answers] == [1, 2, 6]
    assert best(answers, fewest=3).passages[0].file == "report.pdf"


def test_what_follows_the_assignments_request_is_the_answer():
    request = "3. Brief explanation (3-4 sentences) of what you observe about the vanishing gradient problem"
    (found,) = written(
        passages(("text", INTRO), ("text", request), ("text", LONG), ("printed", "0.97"), ("text", INTRO))
    )
    assert (found.text, found.announced) == (LONG, True)


def test_code_in_a_printed_report_is_no_answer():
    code = "class Net(nn.Module): def __init__(self): super().__init__() self.conv1 = nn.Conv2d(3, 32, 3) x = self.conv1(x)"
    assert written(passages(("text", code))) == []


def test_a_caption_is_the_answer_where_there_is_no_other():
    caption = "Fig. 3. Gradient norm per layer. It shrinks by a factor of five with sigmoid."
    (found,) = written(passages(("picture", ""), ("text", caption)))
    assert found.text == caption
    (found,) = written(passages(("text", caption), ("text", LONG)))
    assert found.text == LONG


def test_one_sentence_of_comment_with_a_verdict_and_a_figure_is_an_answer():
    verdict = "dropout wins, gap 0.4 instead of 2.1 without anything, weight decay 1.1"
    (found,) = written(passages(("comment", verdict)))
    assert found.text == verdict
    assert written(passages(("comment", "use the best learning rate"))) == []


def test_what_lists_files_or_recalls_a_textbook_is_no_answer():
    for text in (
        "hw1/optim.py: comparison of the optimizers",
        "For completeness, recall that Adam keeps two running averages of the gradient.",
        "Time spent: 14 hours for everything, more than expected.",
    ):
        (found,) = written(passages(("text", LONG), ("text", text)))
        assert found.text == LONG


def doubt(text: str) -> float:
    """Whether a text is like none of the answers, as learned elsewhere."""
    return 3.0 if text in ("The sigmoid is a function.", "We built three networks.") else -3.0


def test_theory_before_the_answer_is_not_shown():
    (found,) = written(passages(("heading", "Analysis"), ("text", "The sigmoid is a function."), ("text", LONG)), doubt)
    assert found.text == LONG


def test_what_was_built_is_left_out_before_what_came_out():
    (found,) = written(passages(("text", f"We built three networks. {LONG}")), doubt)
    assert found.text == LONG


def test_a_sentence_with_the_students_own_figures_is_an_answer_whatever_it_is_like():
    (found,) = written(
        passages(("heading", "Analysis"), ("text", "We built a network, and it got 97.8 % at last.")), doubt
    )
    assert found.sentences == ["We built a network, and it got 97.8 % at last."]


@pytest.mark.parametrize(
    "caption", ["Plot 2c: dashed lines are training.", "Graph 1: the loss.", "График 2: потери по эпохам."]
)
def test_what_stands_under_a_plot_is_no_answer(caption):
    (found,) = written(passages(("heading", "Analysis"), ("text", LONG), ("text", caption)))
    assert found.text == LONG


def test_what_only_leads_to_an_answer_is_left_out_and_a_short_lead_stays():
    def speaks(text: str) -> bool:
        return "ReLU" in text

    (found,) = written(passages(("text", f"We went on with three of them. Which one wins? {LONG}")), speaks=speaks)
    assert found.text == LONG
    (found,) = written(passages(("text", f"Now the activations. {LONG}")), speaks=speaks)
    assert found.text == f"Now the activations. {LONG}"
    assert (
        written(passages(("text", "Three networks had been trained and compared to each other.")), speaks=speaks) == []
    )


def test_an_answer_goes_on_behind_the_table_where_only_what_was_done_stands_before_it():
    built = "I tried the basic CNN, one with three conv layers and one with only 16 filters in both layers."
    (found,) = written(passages(("heading", "Analysis"), ("text", built), ("table", "basic | 70"), ("text", LONG)))
    assert found.text == LONG
    (found,) = written(passages(("heading", "Analysis"), ("text", LONG), ("table", "basic | 70"), ("text", INTRO)))
    assert found.text == LONG


@pytest.mark.parametrize("label", ["Conclusion: ", "Summary - ", "In conclusion: ", "Overall conclusion. "])
def test_a_paragraph_that_concludes_is_shown_with_those_before_it(label):
    last = "Adaptive methods win on speed, momentum on accuracy."
    (found,) = written(passages(("text", INTRO), ("text", LONG), ("table", "SGD | 93"), ("text", label + last)))
    assert found.text.startswith(LONG) and found.text.endswith(last)


def test_a_conclusion_alone_and_an_analysis_are_shown_without_what_was_done_before():
    for label in ("Conclusion: ", "Analysis: "):
        (found,) = written(passages(("text", "I trained four networks for 20 epochs each."), ("text", label + LONG)))
        assert found.text == LONG
    (found,) = written(passages(("text", "ReLU uses max(0, x) and wins."), ("text", f"Analysis: {LONG}")))
    assert found.text == LONG


def test_what_has_to_be_trained_last_is_no_instruction():
    (found,) = written(
        passages(("text", "Transfer helps since only the last part has to be adapted, and it got 94.7%."))
    )
    assert found.text.endswith("94.7%.")
    assert not written(
        passages(("text", "The last script has the best options. Each part has its own file, and it works better."))
    )
