"""Probes of the plots: a plotting function is given known data, and the figure is read off."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt

from autograder.worker.probing import figures


def draw(code: Any, *, function: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """What `function` draws of `arguments`, in one figure or in several, as plain data (see `figures.inspect`)."""
    plt.close("all")
    value = getattr(code, function)(*arguments)
    return figures.inspect(figures.figures_of(value, function))
