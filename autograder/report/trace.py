"""A trace in words: how a run ended, its training runs as rows, what its figures show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from autograder.quoting import file_named, quoted
from autograder.report.wording import counted, listed
from autograder.results import Ran, Table
from autograder.trace.endings import ending
from autograder.trace.layers import Layer, layers
from autograder.trace.observed import Experiment, Observed, Panel
from autograder.trace.records import Network, Run, SourceTrace
from autograder.trace.replay import Replayed

MOST_ERRORS: Final = 10
MOST_RUNS: Final = 60
LONGEST_NAME: Final = 60  # of a figure, or of a line in it
ENDS: Final = ("finished", "budget", "died", "not run")


@dataclass(frozen=True)
class RunRow:
    """One training run, with the text of each column."""

    run: str
    where: str
    network: str
    optimizer: str
    training: str
    step: str


def told(observed: Observed) -> tuple[Ran, ...]:
    """What a report says about each notebook and script that was run."""
    return tuple(
        Ran(
            source=source.source,
            end=source.end if source.end in ENDS else "died",  # type: ignore[arg-type]
            told=ending(source),
            errors=tuple(errors(source)),
            trainings=_trainings(source, observed),
            figures=tuple(figures(source, observed)),
        )
        for source in observed.sources
    )


def _trainings(source: SourceTrace, observed: Observed) -> Table | None:
    rows = tuple(tuple(vars(row).values()) for row in runs(source, observed)[:MOST_RUNS])
    columns = ("training", "where", "network", "optimizer", "length", "its steps, repeated by the grader")
    return Table(title=f"What {file_named(source.source)} trained", columns=columns, rows=rows) if rows else None


def errors(source: SourceTrace) -> list[str]:
    """A line for each error of the student's code, with its place."""
    lines = [
        f"{each.place.to_the_line}: {' '.join(each.error.split())[:200]}" for each in source.failures[:MOST_ERRORS]
    ]
    more = len(source.failures) - len(lines)
    return [*lines, f"and {counted(more, 'more error')}"] if more > 0 else lines


def runs(source: SourceTrace, observed: Observed) -> list[RunRow]:
    """The training runs, each with what repeating its first steps has shown."""
    return [_row(each) for each in observed.experiments if each.source is source]


def _row(experiment: Experiment) -> RunRow:
    run = experiment.run
    trained = f"{counted(len(experiment.training), 'epoch')}, " if experiment.training else ""
    return RunRow(
        run=str(run.id + 1),
        where=str(run.place),
        network=_numbered(experiment.network),
        optimizer=f"{run.optimizer} {settings(run)}",
        training=f"{trained}{counted(run.steps, 'step')}",
        step=judged(experiment.replayed),
    )


def settings(run: Run) -> str:
    """'lr 0.01, momentum 0.9': the settings that matter for the optimizers of a first course, zeros left out."""
    names = ("lr", "momentum", "weight_decay", "nesterov")
    known = {name: value for name in names if isinstance(value := run.settings.get(name), int | float) and value}
    return ", ".join(f"{name} {value:g}" for name, value in known.items())


def described(network: Network | None) -> str:
    """'784 → 128 relu → 64 relu → 10', as far as the graph shows it."""
    if network is None:
        return "no module was seen"
    found = layers(network.graph, network.shapes)
    if not found:
        return f"{network.name}, {network.parameters:,} parameters"
    words: list[str] = []
    for layer in found:
        words += _words(layer, not words)
    return f"{network.name}: {' '.join(words)}"


def _numbered(network: Network | None) -> str:
    """The description, with the number that lines of gradients refer to."""
    return described(network) if network is None else f"{network.id + 1}, {described(network)}"


def _words(layer: Layer, first: bool) -> list[str]:
    match layer.kind:
        case "linear":
            return [*([str(layer.size_in)] if first else []), f"→ {layer.size_out}"]
        case "conv":
            return [f"→ conv {layer.size_out} ({layer.kernel}×{layer.kernel})"]
        case "dropout":
            return [f"dropout {layer.rate:g}"] if layer.rate else []
        case "activation" | "softmax" | "norm":
            return [layer.name]
    return [layer.kind]


def judged(result: Replayed) -> str:
    """What repeating the first steps has shown, in a few words."""
    if result.proved:
        return f"repeated exactly ({counted(result.steps, 'step')})"
    if result.step:
        return result.step
    return f"not repeated: {result.why}"


def figures(source: SourceTrace, observed: Observed) -> list[str]:
    """A line for each of a figure's axes with lines or contours: its lines, each with the history that its values equal. Axes
    with pictures only are counted together."""
    found = []
    for panels in observed.figures:
        figure = panels[0].figure
        if panels[0].source is not source:
            continue
        pictures = sum(len(each.axes.arrays) for each in panels if not each.axes.lines and not each.axes.contours)
        for panel in panels:
            if shown := _shown(panel):
                found.append(f"{figure.place}, {_named(panel.axes.title or figure.title)}: {'; '.join(shown)}")
        if pictures:
            title = figure.title or next((each.axes.title for each in panels if each.axes.title), "")
            found.append(f"{figure.place}, {_named(title)}: {counted(pictures, 'picture')}")
    return found


def _named(title: str) -> str:
    return quoted(title, LONGEST_NAME) if title else "a figure"


def _shown(panel: Panel) -> list[str]:
    by_match: dict[str, list[str]] = {}
    for line in panel.lines[: len(panel.axes.lines)]:  # those after them are bars
        matches = [*(str(history) for _, history in line.shows), *map(str, line.gradients)]
        by_match.setdefault(" or ".join(matches[:2]), []).append(
            quoted(line.label, LONGEST_NAME) if line.label else "a line"
        )
    unknown = len(by_match.pop("", ()))
    shown = [f"{listed(names)} {'is' if len(names) == 1 else 'are each'} {match}" for match, names in by_match.items()]
    if unknown:
        shown.append(f"{counted(unknown, 'line')} of other values")
    return [*shown, "contours"] if panel.axes.contours else shown
