"""How much of the code is explained."""

from __future__ import annotations

import pytest

from autograder.requirements import comments
from autograder.requirements.comments import Lines, count_code
from autograder.results import Met


def test_code_comments_and_docstrings_are_told_apart():
    code = '"""What this is."""\n\nx = 1  # one\n# two\ndef f():\n    """Return\n    three."""\n    return """\n3"""\n'
    assert count_code(code) == Lines(code=4, comments=2, docstrings=3)


def test_a_sign_in_a_text_is_no_comment():
    assert count_code("colour = '#ff0000'\n") == Lines(code=1)


def test_what_python_cannot_read_is_counted_by_the_look_of_its_lines():
    assert count_code("# a note\n%matplotlib inline\nx = (\n") == Lines(code=2, comments=1)


def test_the_share_counts_lines_that_explain_among_all():
    assert Lines(code=6, comments=1, docstrings=1, prose=0).share == pytest.approx(0.25)


def test_next_to_no_comments_are_not_enough(submitted):
    found = comments.look(submitted({"hw1.py": "x = 1\n" * 99 + "# the end\n"}), share=0.02)
    assert found.status is Met.UNMET
    assert "1% of the lines" in found.found
    assert found.advice


def test_a_notebooks_text_explains_its_code(submitted, notebook):
    text = {"cell_type": "markdown", "source": "## Part 1\n\nA network with three layers."}
    found = comments.look(submitted({"hw1.ipynb": notebook(text, "x = 1\ny = 2\n")}), share=0.02)
    assert found.status is Met.MET
    assert "50% of the lines" in found.found and "2 of notebook text" in found.found


def test_several_files_are_told_one_by_one(submitted):
    found = comments.look(submitted({"a.py": "x = 1  # one\n", "b.py": "y = 2\n"}), share=0.02)
    assert found.details == ("a.py: 50%", "b.py: 0%")


def test_where_there_is_no_code_nothing_is_judged(submitted):
    assert comments.look(submitted({"empty.py": "\n"}), share=0.02).status is Met.UNSEEN


def test_a_function_that_is_still_to_be_written_explains_nothing():
    code = 'def f(x):\n    """What it is to give."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n\n\ny = 1  # mine\n'
    assert count_code(code) == Lines(code=1, comments=1)
