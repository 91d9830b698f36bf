"""The graded report: one HTML file, made from a `Result` and nothing else, that loads and runs nothing."""

from __future__ import annotations

import functools
import itertools
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.report import pictures, telling, wording
from autograder.report.advice import advice
from autograder.report.mending import mends
from autograder.report.text import legible, prose
from autograder.results import Curves, HeatMap, Measure, Result, write_atomically
from autograder.sizes import fitted

TEMPLATE = "report.html.j2"
FEWEST_DRAWN = 2  # values of a line that is worth drawing


def render_report(result: Result, *, template_dir: Path) -> str:
    """Return the report page of `result`, made with `report.html.j2` in `template_dir`.

    Equal results give equal pages. Raises jinja2.TemplateNotFound when the folder holds no such template, and
    jinja2.UndefinedError when the template asks for a field that a result does not have.
    """
    figure_numbers = itertools.count(1)

    def draw(exhibit: Curves | HeatMap) -> Markup:
        if isinstance(exhibit, Curves) and max(map(len, exhibit.lines.values()), default=0) < FEWEST_DRAWN:
            return Markup("")  # the caption has the numbers
        from autograder.report import drawing  # imports matplotlib, only if there is something to draw

        return drawing.draw(exhibit, f"figure-{next(figure_numbers)}")

    def draw_among_right(measure: Measure) -> Markup:
        from autograder.report import drawing

        return drawing.draw_among_right(measure, f"figure-{next(figure_numbers)}")

    return (
        environment(template_dir)
        .get_template(TEMPLATE)
        .render(
            result=result,
            mends=mends(result),
            advice=advice,
            numbering=wording.numbering_of_cells(result.submission.files),
            undecided=wording.UNDECIDED,
            labels=wording.LABELS,
            met_labels=wording.MET_LABELS,
            draw=draw,
            draw_among_right=draw_among_right,
            among_right=telling.among_right,
            describe=telling.describe,
            numbers=telling.numbers,
            data_address=pictures.data_address,
        )
    )


def write_report(path: Path, result: Result, *, template_dir: Path) -> None:
    """Write the report page of `result` to `path`; if it would exceed 20 MB, parts are left out, and the page says which. Raises
    OSError when it cannot be written."""
    pages: list[str] = []

    def size(tried: Result) -> int:
        pages[:] = [render_report(tried, template_dir=template_dir)]
        return len(pages[0])

    smaller = fitted(result, "report", size)
    write_atomically(path, pages[0] if smaller == result else render_report(smaller, template_dir=template_dir))


def anchor(item_id: str) -> str:
    """Return the page's anchor of an item: its identifier with only letters, digits, dots and hyphens."""
    return "item-" + re.sub(r"[^A-Za-z0-9.]+", "-", item_id)


@functools.cache
def environment(template_dir: Path) -> Environment:
    """The environment of all pages: escaping, and strict about fields that are not there."""
    environment = Environment(
        loader=FileSystemLoader(template_dir),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_legible_if_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": prose,
        "number": wording.number,
        "percent": wording.percent,
        "counted": wording.counted,
        "points": wording.points,
        "duration": wording.duration,
        "anchor": anchor,
        "figure": wording.figure,
        "signed": wording.signed,
    }
    return environment


def _legible_if_text(value: Any) -> Any:
    """Make everything that a template prints legible; `Markup` already is."""
    return legible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
