"""Turns a folder with a student's scripts and notebooks into functions that can be called.

    function = Function("build_mlp", "build_mlp(layer_sizes)", aliases=["MLP"])
    code = load(folder, ["hw1.ipynb"], {"build_mlp": function})
    code.build_mlp([784, 10])

A submission is not run as a whole. Only the top-level statements run that a requested function depends on, so
that a notebook which trains for an hour is loaded in a moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.worker.binding.bindings import Binding, Mapped
from autograder.worker.binding.calling import Function
from autograder.worker.binding.definitions import Definition
from autograder.worker.binding.missing import MissingFunction
from autograder.worker.binding.sources import LoadError, Place, Skipped, Statement

if TYPE_CHECKING:
    from autograder.worker.binding.code import Code, load

__all__ = [
    "Binding",
    "Code",
    "Definition",
    "Function",
    "LoadError",
    "Mapped",
    "MissingFunction",
    "Place",
    "Skipped",
    "Statement",
    "load",
]


def __getattr__(name: str) -> Any:
    """Import `Code` and `load` on demand: they import torch, which isn't needed just to read sources."""
    if name not in ("Code", "load"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.worker.binding import code

    return getattr(code, name)
