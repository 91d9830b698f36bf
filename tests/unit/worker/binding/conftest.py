"""Submissions written by the tests: a script is a text, a notebook a list of cells."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.worker.binding import Code, Function, Mapped, load

FUNCTIONS = {
    function.name: function
    for function in [
        Function("build_mlp", 'build_mlp(layer_sizes, activation="relu")', ["make_mlp", "MLP"]),
        Function("train_epoch", "train_epoch(model, loader, optimizer, loss_fn)", ["train_one_epoch", "train"]),
        Function("evaluate", "evaluate(model, loader)", ["test", "accuracy"]),
        Function("compare_activations", "compare_activations(train_loader, test_loader, epochs=10)"),
        Function("gradient_magnitudes", "gradient_magnitudes(model, x, y, loss_fn)", ["get_gradients"]),
        Function("build_cnn", "build_cnn()", ["SimpleCNN", "CNN"]),
        Function("confusion_matrix", "confusion_matrix(model, loader)"),
    ]
}
Files = Mapping[str, str | Sequence[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The submission's folder, in which its code runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def submit(folder: Path) -> Iterator[Callable[..., Code]]:
    """Write the files of a submission and load it."""

    def submit(files: Files, mapping: Mapping[str, str] | None = None) -> Code:
        write(folder, files)
        return load(folder, list(files), FUNCTIONS, {name: Mapped(target) for name, target in (mapping or {}).items()})

    yield submit
    for name in [name for name in sys.modules if name.split(".")[0] == "submission"]:
        del sys.modules[name]


def write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = dedent(content) if isinstance(content, str) else as_notebook(content)
        path.write_text(text, encoding="utf-8")


def as_notebook(cells: Sequence[str]) -> str:
    """A notebook with these code cells and some prose before them."""
    prose = {"cell_type": "markdown", "metadata": {}, "source": ["# Homework 1\n", "My *answers*"]}
    code = [
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": dedent(text).strip("\n").splitlines(keepends=True),
        }
        for text in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [prose, *code]})
