"""Lines of figures that match nothing that was recorded: if a deliverable is drawn as lines and was not recognised, these may be
it. Of networks that the recorder can't follow, such as those in NumPy alone, only the existence of curves is known."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from autograder.quoting import quoted
from autograder.report.wording import listed
from autograder.trace.observed import Observed, Panel

FEWEST_POINTS: Final = 3  # of a line
MOST_NAMED: Final = 5
LONGEST_TITLE: Final = 60


def unexplained_lines(observed: Observed, explained: Collection[str]) -> list[Panel]:
    """The axes with lines of which none shows anything recorded, except figures at the places `explained`, which verdicts are
    about. A place at which several figures are drawn, such as a function that saves them, does not identify one of them."""
    drawn = Counter(str(panels[0].place) for panels in observed.figures)
    known = {place for place in explained if drawn[place] == 1}
    return [panel for panel in observed.panels if str(panel.place) not in known and _is_unexplained(panel)]


def _is_unexplained(panel: Panel) -> bool:
    axes = panel.axes
    if axes.grids or axes.arrays or axes.contours:
        return False
    drawn = [line for line in panel.lines if sum(map(math.isfinite, line.line.y)) >= FEWEST_POINTS]  # NaN shows nothing
    return bool(drawn) and not any(line.shows or line.gradients or line.holds for line in panel.lines)


def in_words(panels: Sequence[Panel]) -> str:
    """A sentence that says where such lines are, for the person who decides."""
    titles = list(dict.fromkeys(title for panel in panels if (title := _title(panel))))
    named = f" ({listed([quoted(title, LONGEST_TITLE) for title in titles[:MOST_NAMED]])})" if titles else ""
    return (
        f"Lines are drawn in {places_of(panels)}{named} that show nothing that the grader has recorded, so a person "
        "checks whether they are what is asked for."
    )


def places_of(panels: Sequence[Panel]) -> str:
    """Where the first of these axes are drawn, each place once."""
    return listed(list(dict.fromkeys(str(panel.place) for panel in panels))[:MOST_NAMED])


def _title(panel: Panel) -> str:
    return panel.axes.title or panel.figure.title or panel.axes.y_label
