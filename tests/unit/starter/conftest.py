"""A small assignment with a reference of two modules, and the kit that is released from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.rubric import Rubric, load_rubric
from autograder.starter.release import release_kit

RUBRIC = """
assignment:
  id: small
  title: A small assignment
  points: 4
  reference: solutions
  probes: tests/probes
  checks: {public: tests/public, hidden: tests/hidden}
  bugs: tests/bugs
profiles:
  quick: {description: public checks, visibilities: [public], sample: true}
requirements:
  - {kind: report, asked: A report as PDF, least: {words: 2, figures: 0}}
  - {kind: requirements-file, asked: A requirements.txt}
functions:
  build: {signature: build(sizes)}
  train: {signature: 'train(model, steps=10)', aliases: [fit]}
  draw: {signature: draw(model)}
parts:
  - id: A
    title: Networks
    points: 3
    items:
      - {id: A.build, title: A network, points: 1, kind: automatic, needs: [build], checks: [test_build]}
      - {id: A.train, title: Training, points: 1, kind: automatic, needs: [train], checks: [test_train]}
      - {id: A.why, title: Why it learns, points: 1, kind: review, sentences: [2, 3]}
  - id: B
    title: Pictures
    points: 1
    items:
      - {id: B.draw, title: A picture, points: 1, kind: automatic, needs: [draw], checks: [test_draw]}
"""
PLAN = """
notebook: homework
packages: [torch]
imports: [import torch]
given: [SIZES]
functions:
  build: {returns: nn.Module, docstring: "A network with layers of these sizes."}
"""
NETWORKS = '''
"""Networks.

How they are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import torch
from torch import nn

Sizes: TypeAlias = Sequence[int]

SIZES = [2, 3, 1]
LEARNING_RATE, MOMENTUM = 0.125, 0.875


class Network(nn.Module):
    """The solution's own class."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))


def build(sizes: Sizes) -> Network:
    """A network: pair the sizes, and make a layer of each pair."""
    # a comment that tells how
    network = Network(sizes)
    return network


def train(model: nn.Module, steps: int = 10) -> float:
    """Train. Returns the last loss."""
    loss = 0.0
    for _ in range(steps):
        loss = _one_step(model, LEARNING_RATE)
    return loss


def _one_step(model: nn.Module, rate: float) -> float:
    return rate * sum(parameter.numel() for parameter in model.parameters())
'''
PICTURES = '''
"""Pictures."""

import torch
from torch import nn

from .networks import SIZES, Sizes, _one_step, build


def draw(model: nn.Module, sizes: Sizes = SIZES) -> torch.Tensor: return torch.zeros(len(sizes))
'''


@pytest.fixture
def assignment(tmp_path: Path) -> Path:
    """The assignment's folder, with the real templates and a plan of its own."""
    root = tmp_path / "assignment"
    files = {
        "rubric/small.yaml": RUBRIC,
        "solutions/__init__.py": "",
        "solutions/networks.py": NETWORKS,
        "solutions/pictures.py": PICTURES,
        "requirements.txt": "# pinned\ntorch==2.13.0\nruff==0.17.6\n",
    }
    shutil.copytree(Path(__file__).resolve().parents[3] / "templates" / "starter", root / "templates" / "starter")
    for name, text in (files | {"templates/starter/kit.yaml": PLAN}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return root


@pytest.fixture
def rubric(assignment: Path) -> Rubric:
    return load_rubric(assignment / "rubric" / "small.yaml")


@pytest.fixture
def kit(rubric: Rubric, tmp_path: Path) -> Path:
    """The folder of the released kit."""
    return release_kit(rubric, tmp_path / "kit", checks=False).folder


@pytest.fixture
def change(assignment: Path) -> Callable[[str, str, str], None]:
    """Replace text in a file of the assignment."""

    def change(name: str, old: str, new: str) -> None:
        path = assignment / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change
