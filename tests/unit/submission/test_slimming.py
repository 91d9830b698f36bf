"""Notebooks that are too large lose their largest outputs, not their code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.submission.collect import collect
from autograder.submission.records import Limits
from autograder.submission.slimming import Slimmer


def cell(source: str, *outputs: str, **more: Any) -> dict[str, Any]:
    stored = [{"output_type": "stream", "name": "stdout", "text": [text]} for text in outputs]
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": stored, "source": source, **more}


def notebook(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": list(cells)}).encode()


def slimmed(data: bytes, keep: int, chunk: int) -> tuple[bytes, Slimmer]:
    slimmer = Slimmer(keep)
    return b"".join(slimmer.passed(data[at : at + chunk] for at in range(0, len(data), chunk))), slimmer


@pytest.mark.parametrize("chunk", [1, 2, 7, 64, 10_000])
def test_outputs_beyond_the_limit_are_left_out_and_all_else_stays(chunk):
    before = [
        cell("a = '\"outputs\": ['", "small"),
        cell("outputs = [[1], {}]", "x" * 500, ']}\\"['),
        cell("b", "small"),
    ]
    kept, slimmer = slimmed(notebook(*before), keep=300, chunk=chunk)
    after = json.loads(kept)["cells"]
    assert [each["source"] for each in after] == [each["source"] for each in before]
    assert [len(each["outputs"]) for each in after] == [1, 0, 1]
    assert slimmer.cells == 1
    assert slimmer.left_out > 500


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_a_notebook_that_fits_and_what_is_none_stay_to_the_byte(chunk):
    for data in (
        notebook(cell("a", "small")),
        b"no JSON",
        b'{"cells": [{"outputs": [1, 2',
        b"",
        b'[[{"outputs": [1]}]]',
    ):
        assert slimmed(data, keep=1000, chunk=chunk)[0] == data


def test_only_a_cells_own_outputs_are_outputs():
    data = notebook(cell("a", metadata={"outputs": ["x" * 500]}))
    assert slimmed(data, keep=100, chunk=50)[0] == data


def test_a_submission_with_a_huge_notebook_is_collected_with_a_note(tmp_path):
    path = tmp_path / "homework.ipynb"
    path.write_bytes(notebook(cell("x = 1", "y" * 5_000), cell("z = 2", "small")))
    limits = Limits(source_bytes=2_000)
    submission = collect(path, tmp_path / "out", limits=limits)
    assert submission.sources == ("homework.ipynb",)
    cells = json.loads((submission.folder / "homework.ipynb").read_text())["cells"]
    assert [(each["source"], len(each["outputs"])) for each in cells] == [("x = 1", 0), ("z = 2", 1)]
    (note,) = submission.notes
    assert note.startswith(
        "homework.ipynb is larger than the 0.002 MB that a source may have, so the stored outputs of one cell"
    )


def test_a_notebook_whose_code_alone_is_too_large_is_refused_as_before(tmp_path):
    path = tmp_path / "homework.ipynb"
    path.write_bytes(notebook(cell("x = 1\n" * 1_000, "y" * 5_000)))
    (tmp_path / "folder").mkdir()
    path.rename(tmp_path / "folder" / "homework.ipynb")
    (tmp_path / "folder" / "b.py").write_text("x = 1")
    submission = collect(tmp_path / "folder", tmp_path / "out", limits=Limits(source_bytes=2_000))
    assert submission.sources == ("b.py",)
    assert "a source may have" in submission.notes[0]
