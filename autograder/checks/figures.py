"""Comparisons of figures as read by `autograder.worker.probing.figures`. Each raises Failed with a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.checks.comparing import expect
from autograder.checks.evidence import Evidence
from autograder.checks.outcomes import Failed

Figure = Mapping[str, Any]


def expect_figure(figure: Figure, evidence: Evidence, title: str, *, labels: bool = True) -> None:
    """Show the picture as evidence; fail unless it has axes, a title and, where `labels`, labels on both axes."""
    for number, picture in enumerate(figure["pictures"], start=1):
        evidence.picture(title if number == 1 else f"{title} ({number})", picture, alt=described(figure))
    expect(figure["axes"], "The figure is empty: it has no axes.")
    titles = [figure["title"], *(axes["title"] for axes in figure["axes"])]
    expect(any(text.strip() for text in titles), "The figure has no title.")
    if labels:
        for axis in ("x", "y"):
            named = any(axes[f"{axis}_label"].strip() for axes in figure["axes"])
            expect(named, f"No axes of the figure have a label on the {axis} axis.")


def expect_lines(figure: Figure, lines: Mapping[str, Sequence[float]]) -> None:
    """Fail unless one pair of axes has all these lines: their values, each named in the legend or by its label."""
    missing: list[str] = []
    for axes in figure["axes"]:
        drawn = {name: _drawn(axes, values) for name, values in lines.items()}
        missing = [name for name, line in drawn.items() if line is None]
        if missing:
            continue
        names = " ".join([*axes["legend"], *(line["label"] for line in axes["lines"])]).lower()
        unnamed = [name for name in lines if not named(name, names)]
        expect(
            not unnamed,
            f"The lines are drawn, but nothing names {_list(unnamed)}: give each a label and call `legend()`.",
        )
        expect(
            axes["legend"] or len(lines) == 1, "The lines have labels, but the axes have no legend: call `legend()`."
        )
        return
    count = max((len(axes["lines"]) for axes in figure["axes"]), default=0)
    raise Failed(
        f"No axes of the figure hold the lines of {_list(list(lines))} together"
        + (f" ({_list(missing)} not found; {count} lines are drawn)." if count else "; it has no lines.")
    )


def named(name: str, text: str) -> bool:
    """Whether a text names a configuration, whatever the spelling: 'SGD+Momentum' in 'SGD with momentum'."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in name.lower()).split() if word]
    return all(word in text for word in words)


def described(figure: Figure) -> str:
    """A text alternative for the picture: titles, lines, images."""
    parts = []
    for axes in figure["axes"]:
        labels = [line["label"] for line in axes["lines"] if line["label"]]
        content = (
            [f"{len(axes['lines'])} lines" + (f" ({', '.join(labels)})" if labels else "")] if axes["lines"] else []
        )
        content += [f"an image of {'×'.join(map(str, shape))}" for shape in axes["images"]]
        title = axes["title"] or "untitled axes"
        parts.append(f"{title}: {', '.join(content) or 'no lines'}")
    shown = parts[:6] + ([f"and {len(parts) - 6} more"] if len(parts) > 6 else [])
    return f"A figure with {len(parts)} axes. " + "; ".join(shown)


def _drawn(axes: Mapping[str, Any], values: Sequence[float]) -> Mapping[str, Any] | None:
    wanted = np.asarray(values, dtype=float)
    for line in axes["lines"]:
        if len(line["y"]) == len(wanted) and np.allclose(line["y"], wanted, rtol=1e-4, atol=1e-6):
            return line  # type: ignore[no-any-return]
    return None


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
