"""Scripts and cells into comments and code."""

from __future__ import annotations

import pytest

from autograder.handed_in.scripts import read_code


def read(text: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.where, each.text) for each in read_code(text, "hw1.py")]


def test_blocks_of_comment_lines_are_passages_between_the_code():
    assert read("# ---- Problem 1B ----\nx = 1  # not this\n# Analysis: ReLU\n# was best.\n") == [
        ("comment", "line 1", "Problem 1B"),
        ("code", "line 2", "x = 1  # not this"),
        ("comment", "line 3", "Analysis: ReLU was best."),
    ]


def test_a_string_at_the_top_level_is_a_comment():
    assert read('"""Problem 2A\n\nAnalysis: Adam was best."""\nx = 1') == [
        ("comment", "line 1", "Problem 2A"),
        ("comment", "line 1", "Analysis: Adam was best."),
        ("code", "line 4", "x = 1"),
    ]


def test_a_string_that_is_never_closed_loses_nothing():
    assert read('"""Analysis: Adam\nx = 1') == [("comment", "line 1", "Analysis: Adam x = 1")]


def test_lines_for_the_interpreter_are_no_comments():
    assert [kind for kind, _, _ in read("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1")] == ["code"]


def test_texts_that_are_kept_or_printed_are_read_as_comments():
    kept = 'x = 1\nanalysis = """\nAdam was best.\n"""\n'
    source = kept + 'print("SGD was the slowest of all.")\nprint("loss")\nprint(f"{x} done.")\n'
    found = [(each.kind, each.text) for each in read_code(source, "hw1.py")]
    assert found == [
        ("code", "x = 1"),
        ("comment", "analysis: Adam was best."),
        ("comment", "SGD was the slowest of all."),
        ("comment", "loss"),
        ("code", 'print(f"{x} done.")'),
    ]


def test_a_decorated_comment_stands_alone():
    source = "# ---- Problem 2A ----\n# Adam was\n# best.\n"
    assert [each.text for each in read_code(source, "hw1.py")] == ["Problem 2A", "Adam was best."]


@pytest.mark.parametrize(
    "source",
    [
        'print(\n    "Adam was the best. "\n    "SGD was slow."\n)',
        'print("Adam was the best. " + "SGD was slow.")',
        'print("Adam was the best.")\nprint("SGD was slow.")',
        'print("Adam was the best.", "SGD was slow.")',
        'print("""Adam was the best.\nSGD was slow.""")',
        'print(textwrap.dedent("""\\\n    Adam was the best.\n    SGD was slow.\n"""))',
        'display(Markdown("Adam was the best. SGD was slow."))',
        'def main():\n    print("Adam was the best. SGD was slow.")',
        'if True:\n    print(f"Adam was the best. SGD was slow.")',
        '%matplotlib inline\nprint("Adam was the best. SGD was slow.")',
        'print("\\n".join(["Adam was the best.", "SGD was slow."]))',
    ],
)
def test_a_text_is_read_however_it_is_printed(source):
    (found,) = (each.text for each in read_code(source, "hw1.py") if each.kind == "comment")
    assert found == "Adam was the best. SGD was slow."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('ANSWER_2A = "Adam was the best of all."', "ANSWER 2A: Adam was the best of all."),
        ('answer_2a = (\n    "Adam was the "\n    "best of all."\n)', "answer 2a: Adam was the best of all."),
        ('answers = {"2A": "Adam was the best of all."}', "2A: Adam was the best of all."),
        ('answers["2A"] = "Adam was the best of all."', "2A: Adam was the best of all."),
        ('discussion: str = "Adam was the best of all."', "discussion: Adam was the best of all."),
    ],
)
def test_a_text_is_read_however_it_is_kept(source, text):
    assert [each.text for each in read_code(source, "hw1.py")] == [text]


@pytest.mark.parametrize(
    "source",
    [
        'print(f"Adam: {accuracy:.3f} of all tests.")',
        'print("accuracy of the test {}".format(accuracy))',
        'path = "data/mnist/raw"',
        'parser.add_argument("--lr", help="The learning rate of SGD.")',
        'label = "training loss"',
        'print "this is no Python of today."',
    ],
)
def test_labels_paths_and_figures_are_code(source):
    assert [each.kind for each in read_code(source, "hw1.py")] == ["code"]


@pytest.mark.parametrize(
    "source",
    [
        'def run():\n    """ReLU won, tanh close behind. Sigmoid saturates."""\n    train()',
        'for net in nets:\n    train(net)\n    """ReLU won, tanh close behind. Sigmoid saturates."""',
        'plt.figtext(0.1, -0.1, "ReLU won, tanh close behind. Sigmoid saturates.")',
        'answers = ["ReLU won, tanh close behind. Sigmoid saturates."]',
        'answers = [("1B", "ReLU won, tanh close behind. Sigmoid saturates.")]',
    ],
)
def test_what_came_out_is_read_wherever_it_stands_in_code(source):
    (said,) = [text for kind, _, text in read(source) if kind == "comment"]
    assert said.endswith("ReLU won, tanh close behind. Sigmoid saturates.")


@pytest.mark.parametrize(
    "source",
    [
        'def train():\n    """Trains the net and returns the best accuracy. Faster on a GPU."""\n    fit()',
        'def f(a):\n    """The best one.\n\n    Args:\n        a: the higher, the better.\n    """\n    fit()',
        'plt.title("Training loss of ReLU and tanh")',
        'names = ["ReLU", "tanh"]',
    ],
)
def test_what_documents_code_is_none(source):
    assert not [text for kind, _, text in read(source) if kind == "comment"]


def test_each_label_in_a_block_of_comments_begins_a_passage():
    found = read("# 1B: ReLU won.\n# Tanh was close.\n# 2.1: Adam won.")
    assert [text for _, _, text in found] == ["1B: ReLU won. Tanh was close.", "2.1: Adam won."]


FILLED = 'print(f"In layer 1 the sigmoid gradient is {first:.1e}, in the last layer it is {last:.1e}.")\n'


def test_a_printed_sentence_is_read_with_the_figures_that_were_printed():
    shown = "relu 0.97\nIn layer 1 the sigmoid gradient is 9.2e-09, in the last layer it is 1.7e-01.\n"
    (found,) = (each.text for each in read_code(FILLED, "a.ipynb", "cell 1", shown))
    assert found == "In layer 1 the sigmoid gradient is 9.2e-09, in the last layer it is 1.7e-01."


def test_a_printed_sentence_keeps_its_gaps_where_no_output_is_stored():
    assert [text for _, _, text in read(FILLED)] == ["In layer 1 the sigmoid gradient is …, in the last layer it is …."]


def test_a_line_of_a_log_is_no_sentence():
    assert [kind for kind, _, _ in read('print(f"The test accuracy is {x}.")\n')] == ["code"]
