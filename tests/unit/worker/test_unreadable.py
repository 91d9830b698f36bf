"""Why code can't be read, in words: with the line to be put right, which is not always where the parser gave up."""

from __future__ import annotations

import pytest

from autograder.worker.unreadable import in_words, names_in


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("a = {\n  'x': f(1,\n  'y': 2}\n", 2, "the bracket `(` that is opened in line 2 is never closed"),
        ("a = (1,\n 2\nb = 3\n", 1, "the bracket `(` that is opened in line 1 is never closed"),
        ("x = (1]\n", 1, "in line 1, the bracket `(` is closed by `]`"),
        ("x = 1)\n", 1, "line 1 closes a bracket `)` that was not opened"),
        ("s = 'abc\n", 1, "the text in quotes that begins in line 1 has no closing quotation mark"),
        ("x = 1\nif x\n  y = 1\n", 2, "line 2 lacks a colon"),
        ("for i in x:\ny = 1\n", 1, "the `for` in line 1 has no indented line below it"),
        ("x = 1\n  y = 2\n", 2, "line 2 is indented further than the line above it"),
        ("x = = 2\n", 1, "Python does not understand line 1"),
        ("if x = 1:\n  pass", 1, "line 1: invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
    ],
)
def test_the_line_and_the_fault_are_told_in_words(text, line, why):
    with pytest.raises(SyntaxError) as raised:
        compile(text, "<text>", "exec")
    assert in_words(raised.value) == (line, why)


def test_an_error_without_a_line_is_told_as_it_is():
    assert in_words(SyntaxError("no")) == (0, "no")


def test_names_are_found_in_lines_that_no_parser_takes():
    lost = "a, b = 1, 2  # c = 3\ndef f(x:\nimport numpy as np, os\nfrom x import y\nd: int = (4\nif e == 5:\n"
    assert names_in(lost) == {"a", "b", "f", "np", "os", "y", "d"}
