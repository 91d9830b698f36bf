"""Experiments run epoch by epoch on the small real sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from autograder.reference import Reference
from autograder.report.reproduction import write_pages
from autograder.reproduction import read, run
from autograder.rubric import load_rubric

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Experiment:
    name: str = "small one"
    data: str = "mnist"
    epochs: int = 3

    def start(self) -> tuple[nn.Module, torch.optim.Optimizer]:
        model = nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 10))
        return model, torch.optim.Adam(model.parameters())

    def epoch(self, model: Any, optimizer: Any, train_loader: Any, test_loader: Any) -> Mapping[str, float]:
        losses = []
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return {"train_loss": sum(losses) / len(losses), "batches": len(test_loader)}


def test_a_run_that_was_stopped_ends_with_the_figures_of_one_that_was_not(tmp_path: Path) -> None:
    *_, whole = run(Experiment(), tmp_path / "whole", sample=True)
    for _ in range(3):  # the first look and one epoch, three times
        list(islice(run(Experiment(), tmp_path / "stopped", sample=True), 2))
    stopped = read(tmp_path / "stopped", Experiment())
    assert stopped.finished
    assert stopped.history == whole.history


def test_a_finished_experiment_is_not_run_again(tmp_path: Path) -> None:
    list(run(Experiment(), tmp_path, sample=True))
    (again,) = run(Experiment(), tmp_path, sample=True)
    assert again.finished


def test_only_the_weights_of_the_last_epoch_are_kept(tmp_path: Path) -> None:
    list(run(Experiment(), tmp_path, sample=True))
    assert [path.name for path in tmp_path.glob("*.pt")] == ["small-one.3.pt"]


def test_figures_of_a_run_with_other_epochs_do_not_count(tmp_path: Path) -> None:
    list(run(Experiment(epochs=1), tmp_path, sample=True))
    assert read(tmp_path, Experiment(epochs=2)).done == 0


def test_a_figure_is_known_when_the_last_epoch_is_through(tmp_path: Path) -> None:
    first, second, *_, last = run(Experiment(), tmp_path, sample=True)
    assert [progress.figure("train_loss") for progress in (first, second)] == [None, None]
    assert last.figure("train_loss") == last.history["train_loss"][-1]
    assert last.figure("parameters") == 784 * 16 + 16 + 16 * 10 + 10


@pytest.fixture
def content() -> Any:
    return Reference(ROOT / "solutions" / "pytorch").module("reproduction")


def test_the_pages_show_ours_beside_the_printed_figures_and_what_is_unfinished(tmp_path: Path, content: Any) -> None:
    experiment = next(each for each in content.EXPERIMENTS if each.name == "xor")
    list(run(experiment, tmp_path, sample=True))
    page, text = (path.read_text() for path in write_pages(tmp_path, load_rubric(ROOT / "rubric/hw1.yaml"), content))
    assert "| XOR network | 4 | 4 | 0 |" in text
    assert "| relu | – | 0.9778 | – |" in text
    assert "cnn (0 of 20 epochs)" in text
    assert '<th scope="row">XOR network</th>' in page
    assert "<script" not in page


def test_each_table_and_plot_is_about_experiments_that_there_are(content: Any) -> None:
    names = {experiment.name for experiment in content.EXPERIMENTS}
    assert {experiment for table in content.TABLES for experiment, _ in table.rows.values()} <= names
    assert {name for drawing in content.FIGURES for name in drawing.experiments} <= names
