"""What a submission printed, tabulated and drew when it was run here, as passages beside those of its documents.

A run goes through a small part of the data, so most of its numbers are not the student's. Those that don't depend on that are:
the parameters of networks, and all numbers of a run whose data were not cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from autograder.handed_in.numbers import Number
from autograder.handed_in.passages import Kind, Passage
from autograder.trace.histories import History, histories, shown_by
from autograder.trace.outputs import Figure, Line
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace, Trace

RERUN: Final = "when it was run"  # suffix of the place of a passage from the run
NUMBERED: Final = re.compile(r"(?:cell|line) (\d+)$")
TITLES: Final = {
    ("accuracy", "test"): "test accuracy",
    ("accuracy", "train"): "train accuracy",
    ("accuracy", "training"): "train accuracy",
}


def with_the_run(passages: Sequence[Passage], trace: Trace) -> list[Passage]:
    """The documents' passages, with what the run showed after the cell or line that showed it."""
    left = {source.source: list(_passages(source)) for source in trace}
    found: list[Passage] = []
    for passage, following in zip(passages, [*passages[1:], None], strict=True):
        found.append(passage)
        shown = left.get(passage.file, [])
        if following is None or following.file != passage.file:
            behind = len(shown)
        elif following.where == passage.where:
            continue
        elif passage.where.startswith("cell"):
            behind = sum(number <= _number(passage.where) for number, _ in shown)
        else:
            behind = sum(number < _number(following.where) for number, _ in shown)
        found += [each for _, each in shown[:behind]]
        left[passage.file] = shown[behind:]
    return found


def of_the_run(found: Iterable[Number], trace: Trace) -> list[Number]:
    """The numbers from the run that are valid for the whole data, too."""
    whole = {source.source for source in trace if _is_whole(source)}
    return [
        each
        for each in found
        if each.place.endswith(RERUN) and (each.quantity == "parameters" or any(map(each.place.startswith, whole)))
    ]


def _is_whole(source: SourceTrace) -> bool:
    return source.end == "finished" and all(data.samples >= data.whole for data in source.data)


def _passages(source: SourceTrace) -> Iterator[tuple[int, Passage]]:
    """What a source showed, each with the number of its cell, or of its line in a script; in the order of these."""
    yield from sorted(_shown(source), key=lambda each: each[0])


def _shown(source: SourceTrace) -> Iterator[tuple[int, Passage]]:
    for printed in source.printed:
        yield _at(printed.place), _passage("printed", source, printed.place, printed.text)
    for table in source.tables:
        yield _at(table.place), _passage("table", source, table.place, "", table.rows)
    known = histories(source)
    for figure in source.figures:
        drawn = list(_drawn(figure, source, known))
        if drawn:
            yield (
                _at(figure.place),
                _passage("table", source, figure.place, "", (("", "parameters"), *_sizes(drawn, source))),
            )
            yield _at(figure.place), _passage("printed", source, figure.place, "\n".join(_courses(drawn)))


def _drawn(figure: Figure, source: SourceTrace, known: Sequence[History]) -> Iterator[tuple[Line, History]]:
    """The labelled lines of a figure that show a history of one training run."""
    for axes in figure.axes:
        for line in axes.lines:
            shown = shown_by(line.y, known)
            if line.label and len({history.run for history in shown}) == 1:
                yield line, shown[0]


def _sizes(drawn: Iterable[tuple[Line, History]], source: SourceTrace) -> Iterator[tuple[str, str]]:
    runs = {run.id: run for run in source.runs}
    sizes = {line.label: source.network(runs[history.run].network) for line, history in drawn if history.run in runs}
    return ((label, str(network.parameters)) for label, network in sizes.items() if network is not None)


def _courses(drawn: Iterable[tuple[Line, History]]) -> Iterator[str]:
    for line, history in drawn:
        title = TITLES.get((history.what, history.split))
        if title and history.epochs:
            yield from (
                f"{line.label} Epoch {epoch}: {title} {value:.4f}" for epoch, value in enumerate(history.values, 1)
            )


def _passage(kind: Kind, source: SourceTrace, place: Place, text: str, rows: Sequence[Sequence[str]] = ()) -> Passage:
    where = f"cell {_at(place)}" if place.cell_at_work else f"line {_at(place)}"
    return Passage(kind, source.source, f"{where}, {RERUN}", text, rows=tuple(map(tuple, rows)))


def _at(place: Place) -> int:
    return place.cell_at_work or place.line


def _number(where: str) -> int:
    """The cell or line at which a passage starts; 0 for other places, such as after a cell."""
    match = NUMBERED.match(where)
    return int(match[1]) if match else 0
