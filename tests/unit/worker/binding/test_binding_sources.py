"""Sources become statements with their places, and what is not Python in them is passed over."""

from __future__ import annotations

import ast
import json

import pytest

from autograder.worker.binding.sources import Source, read

NOTEBOOK_CELL = {"cell_type": "code", "source": ""}


def a_notebook(folder, *cells: str) -> Source:
    content = {"cells": [{**NOTEBOOK_CELL, "source": cell} for cell in cells]}
    (folder / "hw1.ipynb").write_text(json.dumps(content), encoding="utf-8")
    return read(folder, "hw1.ipynb")


def a_script(folder, text: str) -> Source:
    (folder / "hw1.py").write_text(text, encoding="utf-8")
    return read(folder, "hw1.py")


def texts(source: Source) -> list[str]:
    return [statement.text for statement in source.statements]


def test_a_statement_of_a_script_knows_its_line(folder):
    source = a_script(folder, "import torch\n\n\n@torch.no_grad()\ndef test():\n    pass\n")
    assert [str(statement.place) for statement in source.statements] == ["hw1.py line 1", "hw1.py line 4"]


def test_cells_are_counted_as_a_run_from_the_top_counts_them(folder):
    source = a_notebook(folder, "x = 1", "  \n", "y = 2\nz = 3")
    assert [str(statement.place) for statement in source.statements] == [
        "hw1.ipynb cell 1 line 1",
        "hw1.ipynb cell 2 line 1",
        "hw1.ipynb cell 2 line 2",
    ]


def test_cells_may_be_lists_of_lines_and_end_them_as_on_windows(folder):
    content = {"cells": [{"cell_type": "code", "source": ["x = 1\r\n", "y = '''a\r\n", "b'''"]}]}
    (folder / "hw1.ipynb").write_text(json.dumps(content), encoding="utf-8")
    assert texts(read(folder, "hw1.ipynb")) == ["x = 1", "y = '''a"]


def test_a_form_feed_does_not_shift_the_lines(folder):
    source = a_script(folder, "x = 1\n\x0c\ny = 2\n")
    assert [statement.text for statement in source.statements] == ["x = 1", "y = 2"]


def test_a_byte_order_mark_is_no_error(folder):
    (folder / "hw1.py").write_bytes(b"\xef\xbb\xbfx = 1\n")
    assert texts(read(folder, "hw1.py")) == ["x = 1"]


@pytest.mark.parametrize(
    "command",
    [
        "%matplotlib inline",
        "%load_ext autoreload",
        "!pip install seaborn",
        "!{sys.executable} -m pip install seaborn",
        "?torch.nn.Linear",
        "torch.nn.Linear?",
        "model??",
        "files = !ls",
        "timing = %timeit -o f()",
    ],
)
def test_a_command_is_left_out_and_the_rest_of_its_cell_stays(folder, command):
    source = a_notebook(folder, f"x = 1\n{command}\ny = 2")
    assert texts(source) == ["x = 1", "y = 2"]
    assert [(str(each.place), each.text) for each in source.skipped] == [("hw1.ipynb cell 1 line 2", command)]


def test_a_command_may_be_all_that_a_block_holds(folder):
    source = a_notebook(folder, "if missing:\n    !pip install \\\n        torch seaborn\nx = 1")
    assert texts(source) == ["if missing:", "x = 1"]


def test_a_remainder_at_the_start_of_a_line_is_no_command(folder):
    source = a_notebook(folder, "x = (7\n  % 3)")
    assert texts(source) == ["x = (7"]
    assert source.skipped == ()


@pytest.mark.parametrize("magic", ["%%time", "%%capture output", "%%timeit -n 1", "\n%%time"])
def test_the_code_below_a_magic_that_only_measures_is_kept(folder, magic):
    assert texts(a_notebook(folder, f"{magic}\nx = 1")) == ["x = 1"]


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%javascript", "%%writefile mlp.py", "%%latex"])
def test_a_cell_in_another_language_is_left_out(folder, magic):
    source = a_notebook(folder, f"{magic}\nx = 1", "y = 2")
    assert texts(source) == ["y = 2"]
    assert source.skipped[0].text == magic


def test_a_file_that_a_notebook_runs_is_imported(folder):
    (statement,) = a_notebook(folder, "%run -i ./parts/mlp.py").statements
    assert ast.unparse(statement.node) == "from parts.mlp import *"


def test_a_script_that_was_a_notebook_may_have_commands(folder):
    assert texts(a_script(folder, "!pip install torch\nx = 1\n")) == ["x = 1"]


def test_a_syntax_error_costs_its_cell_and_no_other(folder):
    source = a_notebook(folder, "x = 1", "def train(model\n    pass", "y = 2")
    assert texts(source) == ["x = 1", "y = 2"]
    (error,) = source.errors
    assert str(error) == (
        "hw1.ipynb cell 2 can't be read: the bracket `(` that is opened in line 1 is never closed: `def train(model`"
    )
    assert (error.source, error.line) == ("hw1.ipynb", 1)


@pytest.mark.parametrize("text", ["x = 'a\0b'", "(" * 300 + ")" * 300, "-" * 20_000 + "1"])
def test_code_that_no_parser_takes_is_an_error_too(folder, text):
    source = a_script(folder, text)
    assert source.statements == ()
    assert str(source.errors[0]).startswith("hw1.py can't be read: ")
    assert source.errors[0].line == 1


@pytest.mark.parametrize(
    "content", [b"no notebook", b"[1]", b'{"cells": 3}', b'{"cells": [{"source": 5}]}', b"\xff\xfe"]
)
def test_a_damaged_notebook_is_an_error_with_its_name(folder, content):
    (folder / "hw1.ipynb").write_bytes(content)
    source = read(folder, "hw1.ipynb")
    assert str(source.errors[0]).startswith("hw1.ipynb can't be read: ")


def test_an_import_of_several_names_is_several_statements(folder):
    source = a_script(folder, "import numpy as np, seaborn as sns\nfrom torch import nn, optim\n")
    assert texts(source) == [
        "import numpy as np",
        "import seaborn as sns",
        "from torch import nn",
        "from torch import optim",
    ]


@pytest.mark.parametrize("test", ["__name__ == '__main__'", '"__main__" == __name__'])
def test_what_is_inside_the_main_guard_is_marked(folder, test):
    source = a_script(folder, f"x = 1\nif {test}:\n    y = 2\n    z = 3\nelse:\n    w = 4\n")
    assert [(statement.text, statement.guarded) for statement in source.statements] == [
        ("x = 1", False),
        ("y = 2", True),
        ("z = 3", True),
        ("w = 4", False),
    ]
