"""Packages that the machine lacks: what only shows does nothing, and what computes fails where it is used."""

from __future__ import annotations

import ast
import importlib
import sys

import pytest

from autograder.worker import absent
from autograder.worker.inert import Inert


def needed(code: str) -> frozenset[str]:
    return absent.needed_by([ast.parse(code)])


@pytest.fixture
def standing_in(monkeypatch):
    """Lets packages be stood in for, as long as a test lasts."""
    modules = dict(sys.modules)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield absent.stand_in
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]
    sys.modules.update(modules)


def test_what_code_imports_is_needed_unless_it_catches_that_it_is_not_there():
    code = """
import wandb, numpy.linalg as la
from cv2.ximgproc import thinning
try:
    import optuna
except ImportError:
    optuna = None
def plot():
    from plotly import express
"""
    assert needed(code) == {"wandb", "numpy", "cv2", "plotly"}


def test_names_that_are_not_known_can_not_be_stood_in_for():
    assert needed("from helper import *\nimport helper") == frozenset()


def test_relative_imports_are_of_the_submission():
    assert needed("from .models import Net\nfrom . import data") == frozenset()


def test_a_logger_that_is_absent_does_nothing(standing_in):
    standing_in(frozenset({"wandb"}))
    wandb = importlib.import_module("wandb")
    wandb.init(project="hw1").log({"loss": 0.1})
    assert importlib.import_module("wandb.integration.keras").WandbCallback() is not None


def test_a_package_that_computes_fails_where_it_is_used(standing_in):
    standing_in(frozenset({"fastai"}))
    fastai = importlib.import_module("fastai")
    learner = fastai.Learner
    with pytest.raises(ModuleNotFoundError, match="No module named 'fastai'"):
        learner(None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'fastai'"):
        type("Mine", (), {})() + learner
    with pytest.raises(ModuleNotFoundError):

        class Own(learner): ...


def test_what_nobody_needs_and_a_part_that_a_package_lacks_stay_absent(standing_in):
    standing_in(frozenset({"numpy"}))
    for name in ("fastai", "numpy.no_such_part"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(name)
    assert importlib.util.find_spec("wandb") is None


def test_a_hosted_notebook_is_there_for_all(standing_in):
    standing_in(frozenset())
    importlib.import_module("google.colab.drive").mount("/content/drive")
    assert isinstance(importlib.import_module("google.colab").files, Inert)


def test_torch_s_writer_for_a_board_that_is_absent_does_nothing(standing_in):
    standing_in(frozenset())
    writer = importlib.import_module("torch.utils.tensorboard").SummaryWriter("runs")
    assert isinstance(writer.add_scalar("loss", 0.1, 0), Inert)
