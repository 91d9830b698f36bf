from __future__ import annotations

import pytest

from autograder.trace.bare_code import bare_code


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("x = 1  # patience", "x = 1"),
        ('def f():\n    """About early stopping."""\n    return 1', "def f():\n    \n    return 1"),
        ('cfg["early_stop"] = 3', 'cfg["early_stop"] = 3'),
        ("'''a text\nof two lines'''\ny = 2", "\n\ny = 2"),
        ("!pip install x  # it\n# nothing\nz = 3", "!pip install x\n\nz = 3"),
        ("print('# no comment')", "print('# no comment')"),
        ("def broken(:\n    # nothing\n    pass", "def broken(:\n\n    pass"),
    ],
)
def test_comments_and_docstrings_are_no_code(code, kept):
    assert [line.rstrip() for line in bare_code(code).splitlines()] == [line.rstrip() for line in kept.splitlines()]
