"""Probes of the plots: a plotting function is given known data, and the figure is read off."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from autograder.worker.probing import figures


def draw(code: Any, *, function: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The figure that `function` makes of `arguments`, as plain data with its picture (see `figures.inspect`)."""
    plt.close("all")
    value = getattr(code, function)(*arguments)
    return figures.inspect(figures.figure_of(value, function))
