"""Notebooks with stored outputs into passages."""

from __future__ import annotations

import json

import pytest

from autograder.handed_in.notebooks import read_notebook
from tests.unit.handed_in.documents import a_plot, code, failed, markdown, plotted, printed, shown

PANDAS = """<style scoped>.dataframe {}</style><table border="1" class="dataframe">
<thead><tr style="text-align: right;"><th></th><th>Optimizer</th><th>Final Acc</th></tr></thead>
<tbody><tr><th>0</th><td>SGD</td><td>0.9352</td></tr><tr><th>1</th><td>Adam</td><td>0.9758</td></tr></tbody></table>"""


def test_cells_are_counted_as_in_the_rest_of_a_report(notebook):
    path = notebook(markdown("# Top"), code("x = 1"), code("   "), markdown("between"), code("y = 2", printed("hello")))
    found = [(each.kind, each.where) for each in read_notebook(path, "a.ipynb")]
    assert found == [
        ("heading", "before cell 1"),
        ("code", "cell 1"),
        ("text", "after cell 1"),
        ("code", "cell 2"),
        ("printed", "cell 2"),
    ]


def test_plots_tables_logs_and_errors_are_kept_in_order(notebook):
    picture = a_plot()
    path = notebook(code("run()", printed("Epoch 1\n"), plotted(picture), shown(text_html=PANDAS), failed()))
    _, log, plot, table, error = read_notebook(path, "a.ipynb")
    assert log.text == "Epoch 1"
    assert plot.picture == picture
    assert table.rows == (("", "Optimizer", "Final Acc"), ("0", "SGD", "0.9352"), ("1", "Adam", "0.9758"))
    assert (error.kind, error.text) == ("error", "NameError: name 'x' is not defined")


def test_text_printed_in_pieces_is_one_passage_with_the_last_state_of_a_progress_bar(notebook):
    path = notebook(
        code("run()", printed("Epoch "), printed("1\n"), printed("10%\r55%\r100%\n"), printed("warned", "stderr"))
    )
    assert [each.text for each in read_notebook(path, "a.ipynb") if each.kind == "printed"] == ["Epoch 1\n100%"]


def test_a_long_log_keeps_its_beginning_and_its_end(notebook):
    path = notebook(code("run()", printed("first\n" + "x" * 1_000_000 + "\nlast")))
    text = next(each.text for each in read_notebook(path, "a.ipynb") if each.kind == "printed")
    assert len(text) < 50_000
    assert text.startswith("first")
    assert text.endswith("last")


def test_a_plot_that_cannot_be_shown_is_still_a_plot(notebook):
    path = notebook(code("run()", shown(**{"application_vnd.plotly.v1+json": {}})))
    *_, plot = read_notebook(path, "a.ipynb")
    assert (plot.kind, plot.picture) == ("picture", b"")
    assert "Plotly" in plot.text


@pytest.mark.parametrize(
    "cells",
    [
        [7, None, "x"],
        [{"cell_type": "code", "source": 3, "outputs": 4}],
        [{"cell_type": "code", "source": "x", "outputs": [5]}],
    ],
)
def test_cells_that_are_none_do_no_harm(tmp_path, cells):
    path = tmp_path / "odd.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert all(each.kind == "code" for each in read_notebook(path, "odd.ipynb"))


def test_what_is_no_notebook_is_a_value_error(tmp_path):
    path = tmp_path / "broken.ipynb"
    for text in ('{"cells": [', '{"worksheets": []}', "[]"):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"cells|Expecting"):
            list(read_notebook(path, "broken.ipynb"))
