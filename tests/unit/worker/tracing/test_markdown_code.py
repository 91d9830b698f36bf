"""Code that became Markdown by accident is known by what is missing later."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.worker.tracing.markdown_code import code_in_markdown, that_defines


def cell(kind: str, source: str) -> SimpleNamespace:
    return SimpleNamespace(cell_type=kind, source=source)


CELLS = [
    cell("code", "import torch"),
    cell("markdown", "# Training\n\nHere we train."),
    cell("markdown", "def train(net):\n    return net.fit()\n\nRATE = 0.1"),
    cell("code", ""),
    cell("code", "train(1)"),
]


def test_a_markdown_cell_that_is_python_as_a_whole_is_found_with_what_it_defines():
    (found,) = code_in_markdown(CELLS)
    assert (found.before, found.names) == (2, {"train", "RATE"})


@pytest.mark.parametrize("prose", ["Results", "# Title", "```python\ndef f(): ...\n```", "x", "a, b", "1. one\n2. two"])
def test_prose_and_code_that_is_shown_are_none(prose):
    assert code_in_markdown([cell("markdown", prose)]) == []


def test_it_is_taken_for_a_missing_name_after_it_and_for_nothing_else():
    found = code_in_markdown(CELLS)
    missing = NameError("name 'train' is not defined")
    assert that_defines(missing, 2, found) is found[0]
    assert that_defines(missing, 1, found) is None
    assert that_defines(NameError("name 'test' is not defined"), 2, found) is None
    assert that_defines(ValueError("name 'train' is not defined"), 2, found) is None
    assert that_defines(None, 2, found) is None
