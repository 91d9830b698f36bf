"""Lines of figures: which experiments a picture shows together, and whether its labels say what its lines are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.checks import Evidence, Partial
from autograder.quoting import quoted
from autograder.report.wording import listed
from autograder.trace.histories import CARRIED_OVER, OF_LAST_BATCH, History
from autograder.trace.observed import Experiment, Observed, Panel, ShownLine
from autograder.trace.smoothing import WITH_ZEROS
from traced.roles import KindOf

Faults = list[tuple[float, str]]
Fits = Callable[[Experiment, History], bool]
LINES_OF_EACH = 8  # as of several seeds, training and test
FEWEST_KINDS = 3
MOST_UNKNOWN = 0.75
OVER_ALL = "count the hits of all batches, and divide by the number of samples."


@dataclass(frozen=True, eq=False)
class Drawn:
    """A line, and the kind of experiment that its values are."""

    panel: Panel
    line: ShownLine
    kind: str
    experiment: Experiment
    history: History


def drawn_together(
    panels: Sequence[Panel], kinds: Collection[str], kind_of: KindOf, fits: Fits, name_in: Callable[[str], str]
) -> dict[str, Drawn]:
    """The lines of these panels by kind. Of several experiments with the same values, a line is that which its label names."""
    found: dict[str, Drawn] = {}
    for panel in panels:
        if _draws_anything(panel, len(kinds)):
            continue
        for line in panel.lines:
            fitting = [(kind_of(each), each, history) for each, history in line.shows if fits(each, history)]
            fitting = [entry for entry in fitting if entry[0] in kinds]
            name = name_in(line.label) or name_in(panel.axes.title)
            named = [entry for entry in fitting if entry[0] == name]
            fresh = [entry for entry in fitting if entry[0] not in found]
            for kind, experiment, history in (named or fresh or fitting)[:1]:
                if kind not in found or name == kind:
                    found[kind] = Drawn(panel, line, kind, experiment, history)
    return found


def _draws_anything(panel: Panel, kinds: int) -> bool:
    """Whether a pair of axes has many lines, of which most are nobody's: that one of them is a history tells nothing."""
    unknown = sum(not (line.shows or line.gradients) for line in panel.lines)
    return len(panel.lines) > LINES_OF_EACH * max(kinds, FEWEST_KINDS) and unknown > MOST_UNKNOWN * len(panel.lines)


def best_panel(
    observed: Observed, kinds: Collection[str], kind_of: KindOf, fits: Fits, name_in: Callable[[str], str]
) -> dict[str, Drawn]:
    """The lines by kind of that pair of axes that shows the most kinds; of equal ones the last."""
    best: dict[str, Drawn] = {}
    for panel in observed.panels:
        found = drawn_together([panel], kinds, kind_of, fits, name_in)
        if found and len(found) >= len(best):
            best = found
    return best


def expect_one_graph(
    observed: Observed,
    evidence: Evidence,
    kinds: Collection[str],
    kind_of: KindOf,
    fits: Fits,
    name_in: Callable[[str], str],
) -> None:
    """End where these lines are drawn, but each on axes of its own, so that they can't be compared. Raises Partial."""
    found = drawn_together(observed.panels, kinds, kind_of, fits, name_in)
    panels = {id(one.panel): one.panel for one in found.values()}
    if len(found) < 2 or len(panels) < len(found):
        return
    evidence.at(next(iter(panels.values())).place)
    figures = {id(panel.figure) for panel in panels.values()}
    where = "in figures" if len(figures) > 1 else "on axes"
    raise Partial(
        0.5 if len(figures) > 1 else 0.75,
        f"The lines of {listed(list(found))} are drawn {where} of their own; one graph, to compare them in, is asked for.",
    )


def label_faults(lines: Mapping[str, Drawn], name_in: Callable[[str], str], cost: float) -> Faults:
    """What is wrong with the labels: names exchanged, or none at all."""
    faults: Faults = []
    wrong = [
        (one.line.label, kind) for kind, one in lines.items() if (name := name_in(one.line.label)) and name != kind
    ]
    if wrong:
        told = " and ".join(f"the line labelled {quoted(label)} is the one of {kind}" for label, kind in wrong)
        faults.append((cost, f"The legend labels the wrong lines: {told}."))
    elif len(lines) > 1 and not any(one.line.label for one in lines.values()):
        faults.append((cost / 2, "Nothing says which line is which: give each line a label, and call `legend()`."))
    elif len(lines) > 1 and not any(one.panel.axes.legend or one.panel.axes.texts for one in lines.values()):
        faults.append((cost / 2, "The lines have labels, but no legend shows them: call `legend()`."))
    return faults


def handed_on(experiments: Mapping[str, Experiment], cost: float) -> Faults:
    """Networks that were trained already when their turn came."""
    known = {(each.source.source, each.run.id): kind for kind, each in experiments.items()}
    late = {
        kind: known.get((each.source.source, each.run.continues or 0), "")
        for kind, each in experiments.items()
        if each.run.continues is not None
    }
    if not late:
        return []
    from_whom = next((f", where {before} had left it" for before in late.values() if before), "")
    return [
        (
            cost,
            f"The same network is trained on and on: {listed(list(late))} did not start from a fresh network{from_whom}. "
            "Make a new model for each one.",
        )
    ]


def of_another(
    panels: Sequence[Panel], kinds: Collection[str], kind_of: KindOf, fits: Fits, name_in: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Lines that are named for one kind and hold the values of another only: pairs of the name and the kind."""
    found = []
    for panel in panels:
        for line in panel.lines:
            name = name_in(line.label) or name_in(panel.axes.title)
            shown = [kind_of(each) for each, history in line.shows if fits(each, history)]
            if name in kinds and shown and name not in shown and shown[0] in kinds:
                found.append((name, shown[0]))
    return found


def labelled(panel: Panel, kinds: Collection[str], fits: Fits, name_in: Callable[[str], str]) -> dict[str, Drawn]:
    """The lines by what their labels name, whatever kind of experiment their values are."""
    found: dict[str, Drawn] = {}
    for line in panel.lines:
        fitting = [(each, history) for each, history in line.shows if fits(each, history)]
        kind = name_in(line.label)
        if kind in kinds and fitting:
            found[kind] = Drawn(panel, line, kind, *fitting[0])
    return found


def one_for_all(lines: Mapping[str, Drawn]) -> str:
    """A sentence where lines of several names hold the same values; '' where they differ."""
    by_values: dict[tuple[float, ...], list[str]] = {}
    for kind, one in lines.items():
        by_values.setdefault(one.line.line.y, []).append(kind)
    same = [kinds for kinds in by_values.values() if len(kinds) > 1]
    if not same:
        return ""
    return (
        f"The lines of {listed(same[0])} are the same curve, drawn {len(same[0])} times: draw the values of each one."
    )


def remark_on_losses(evidence: Evidence, lines: Iterable[tuple[ShownLine, History]]) -> None:
    """Tell, at no cost, where the losses that are drawn for each epoch are no means of its batches, or where means over several
    steps take zeros for those that there are not."""
    lines = list(lines)
    if any(history.how == WITH_ZEROS for _, history in lines):
        evidence.remark(
            "The running mean of the losses takes zeros for the steps before the first and after the last, so the curves begin "
            'and end far too low: `np.convolve(..., mode="valid")` leaves these out.'
        )
    totals = {
        history.total for line, history in lines if all(other.total for _, other in line.shows if other.what == "loss")
    }
    for total in sorted(totals - {""} - CARRIED_OVER):
        evidence.remark(
            f"The loss that is drawn for each epoch is {total}; the mean over its batches is what other losses can be compared "
            "with."
        )


def of_last_batches(lines: Iterable[tuple[ShownLine, History]], cost: float) -> Faults:
    """Where the accuracies that are drawn for each epoch are those of its last batch."""
    for line, _ in lines:
        accuracies = [history for _, history in line.shows if history.what == "accuracy"]
        if accuracies and all(history.total == OF_LAST_BATCH for history in accuracies):
            return [(cost, f"The accuracy that is drawn for each epoch is {OF_LAST_BATCH}: {OVER_ALL}")]
    return []


def carried_over(lines: Iterable[tuple[ShownLine, History]], cost: float) -> Faults:
    """Where what is drawn for each epoch still has the sums of the epochs before it."""
    for line, drawn in lines:
        totals = {history.total for _, history in line.shows if history.what == drawn.what}
        if totals and totals <= CARRIED_OVER:
            return [
                (
                    cost,
                    f"The {drawn.what} that is drawn for each epoch is {min(totals)}: its sums are set to 0 once, before the "
                    "first epoch. Set them to 0 at the start of each epoch.",
                )
            ]
    return []


def losses(experiment: Experiment, history: History) -> bool:
    """Training losses: means over the batches of an epoch, or measured after it on the same data."""
    return history.what == "loss" and (history.split == "training" or experiment.is_trained_on(history.data))


def any_losses(experiment: Experiment, history: History) -> bool:
    return history.what == "loss"


def test_accuracies(experiment: Experiment, history: History) -> bool:
    return history.what == "accuracy" and history.split == "test"
