"""A run on cut data sets goes on after an error that may be due to the cut, and counts where all of the data take too long."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.sandbox import Kind, launch
from autograder.submission import collect
from autograder.trace.shortness import why_incomplete
from autograder.tracing import trace
from tests.integration.small_runs import MNIST, RUBRIC

ARRAYS = (
    MNIST
    + """
x, y = train.data.reshape(len(train), -1) / 255.0, train.targets
net = nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
opt = torch.optim.Adam(net.parameters())
for epoch in range(3):
    for part in torch.randperm(len(x)).split(100):
        if len(x) > 1000:
            time.sleep(0.3)  # all of the data take too long
        opt.zero_grad()
        F.cross_entropy(net(x[part]), y[part]).backward()
        opt.step()
"""
)


@pytest.fixture
def traced(tmp_path: Path, warm, monkeypatch: pytest.MonkeyPatch):
    """The trace of a notebook with these cells, which has 12 seconds."""
    monkeypatch.setattr(launch, "start", warm.start)

    def run(*cells: str):
        (tmp_path / "work").mkdir()
        nbformat.write(new_notebook(cells=[new_code_cell(each) for each in cells]), tmp_path / "work" / "hw1.ipynb")
        return trace(RUBRIC, collect(tmp_path / "work", tmp_path / "submission"), "quick", Kind.NONE, 12, 1, 0)

    return run


def test_what_follows_the_error_counts_where_all_of_the_data_take_too_long(traced):
    found = traced(ARRAYS, "assert len(x) == 123", "print('after', len(x))")
    (source,) = found.sources
    assert source.end == "finished"
    assert "after 600" in "".join(each.text for each in source.printed)
    assert [(each.error, each.by_cut) for each in source.failures] == [("AssertionError", True)]
    assert "needs the whole data set" in why_incomplete(found)


def test_where_all_of_the_data_take_no_time_they_count(traced):
    (source,) = traced(ARRAYS.replace("0.3", "0.0"), "assert len(x) == 2000", "print('after', len(x))").sources
    assert "after 2000" in "".join(each.text for each in source.printed)
    assert source.failures == ()
