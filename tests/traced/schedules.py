"""Learning rates that change in the course of a training."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from autograder.trace.observed import Experiment

NEXT_STEP = 0.5  # of the last rate, at least: what a schedule makes of it after the last epoch
SINGLE = 1e-3  # for rounding
COUNTS_EPOCHS: Final = re.compile(
    r"(\w+)\s*=\s*(?:\w+\.)*(StepLR|MultiStepLR|ExponentialLR|ReduceLROnPlateau|CosineAnnealingLR)\(([^\n]*)"
)
OF_STEPS: Final = re.compile(r"\d{3,}|0?\.99\d|len\(|steps|iters|batches", re.IGNORECASE)  # meant for batches


def goes_on(experiments: Sequence[Experiment]) -> str:
    """A sentence where a training begins with the learning rate to which the schedule of the one before it has led; '' where each
    begins as the first does."""
    for before, after in pairwise(sorted(experiments, key=lambda each: each.run.began)):
        rates = [rate for _, rate in before.run.rates if rate]
        first = next((rate for _, rate in after.run.rates if rate), None)
        if first is None or len(rates) < 2 or rates[-1] >= rates[0]:
            continue
        if NEXT_STEP * rates[-1] <= first <= rates[-1] * (1 + SINGLE):
            return (
                f"The learning rate goes on from one training to the next: it begins at {rates[0]:.2g} and then at {first:.2g}, "
                "where the schedule of the training before had ended. Set it anew for each of them, to compare them alike."
            )
    return ""


def is_scheduled(experiment: Experiment) -> bool:
    """Whether the learning rate of a training changes."""
    return len(experiment.run.rates) > 1


def stepped_each_batch(code: Sequence[str]) -> str:
    """A sentence where code steps a schedule that counts epochs in the loop over the batches; '' where it does not. A short run
    does not show it: it has few batches."""
    every = [found for text in code for found in COUNTS_EPOCHS.findall(text)]
    made = {name: kind for name, kind, settings in every if not OF_STEPS.search(settings)}
    for loop in _loops(code):
        own = [node for statement in loop.body for node in _outside_of_loops(statement)]
        called = {_owner_and_method(node) for node in own}
        stepped = [name for name, method in called if method == "step" and name in made]
        if stepped and any(method == "backward" for _, method in called):
            return (
                f"`{stepped[0]}.step()` is called for each batch, and {made[stepped[0]]} counts epochs: on all data the learning "
                f"rate {_what_happens(made[stepped[0]])}. Call it once, at the end of each epoch."
            )
    return ""


def _what_happens(schedule: str) -> str:
    if schedule == "CosineAnnealingLR":
        return "goes down to 0 and up again within a few batches, over and over"
    return "is nearly 0 before the first epoch is over"


def _loops(code: Sequence[str]) -> Iterator[ast.For]:
    for text in code:
        try:
            yield from (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For))
        except (SyntaxError, ValueError, RecursionError):  # a cell with magic in it
            continue


def _outside_of_loops(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.For | ast.While):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_of_loops(child)


def _owner_and_method(node: ast.AST) -> tuple[str, str]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=method)):
            return owner, method
        case ast.Call(func=ast.Attribute(attr=method)):
            return "", method
    return "", ""
