"""Whatever stands in a requirements file, each line of it is a requirement or has a problem that is told."""

from __future__ import annotations

import hypothesis.strategies as some
import pytest
from hypothesis import given

from autograder.requirements.requirement_lines import read_lines

PIECES = some.sampled_from(
    ["torch", "==", ">=", "1.0", ";", "python_version", "(", "[", "]", "@ ", "file:", "http://", "-r ", "--hash=", "\\\n",
     "#egg=", "!pip install ", "\n", " ", ",", "~=", "or", "'"]
)  # fmt: skip


@given(some.lists(PIECES | some.text(max_size=4), max_size=12).map("".join))
def test_any_text_is_read_line_by_line(text: str) -> None:
    for line in read_lines(text, lambda path: text):
        assert len(line.text) <= 80
        assert len(line.problem) < 500


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a; " + "(" * 3_000 + "python_version > '3'" + ")" * 3_000, "nested too deeply"),
        ("a" * 100_000, "more than 10,000 characters"),
        ("a==1\n" * 5_000, "those after it were not read (2,000 were)"),
        ("-r " + "a" * 5_000, "was not handed in"),
    ],
)
def test_what_breaks_a_parser_is_told_as_the_lines_problem(text: str, told: str) -> None:
    assert told in read_lines(text)[-1].problem
