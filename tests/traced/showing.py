"""Pictures of other data, tables of kinds side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from autograder.checks import Evidence, Failed, NeedsReview, Partial
from autograder.judging import NotShown, conclude
from autograder.report.wording import listed
from autograder.trace.observed import Experiment, Observed, Panel
from autograder.trace.rows import Row
from traced.choosing import kept_in_vain, largest_for_final
from traced.curves import OVER_ALL, Faults, handed_on
from traced.fairness import differences
from traced.learned import that_learn_nothing
from traced.roles import HELD_OUT, is_held_out, stops_early
from traced.shown import TELLING_DIGITS
from traced.tables import accuracies, beside, stated_together, tables, telling, told_apart
from traced.wrong_data import on_random_numbers, on_test_data

MOST_NUMBERS = 6  # in the row of a table that tells of one network
MOST_LEFT_OUT = 0.6  # of the test samples
BEST_FOR_FINAL = 0.1  # of the credit: the numbers are the network's own
FINAL = "the final one, after the last epoch, is asked for."
ON_TRAINING, ON_HELD_OUT = 0.5, 0.25  # of the credit
ON_TRAINING_SENTENCE = "The accuracies in the table are those on the training set; those on the test set are asked for."
TOLD_APART = 0.25  # of the credit: all is told, and only the table is not there
TOLD_APART_SENTENCE = (
    "The final test accuracies are printed far from each other, each after its training. A table was asked for, in which they "
    "stand side by side."
)


def expect_no_stale_picture(
    observed: Observed, kinds: Collection[str], name_in: Callable[[str], str], words: Sequence[str]
) -> None:
    """End for a person where a picture names these kinds, and its lines are of no recorded training."""
    for panel in observed.panels:
        named = {name_in(line.label) for line in panel.lines} & set(kinds)
        if len(named) >= 2 and any(word in panel.words.lower() for word in words):
            expect_no_grown_lists([panel])
            if len({line.line.y for line in panel.lines if name_in(line.label)}) == 1:
                raise Failed(
                    f"The graph in {panel.place} shows the same curve under {len(named)} names: draw the values of each one."
                )
            raise NeedsReview(
                f"A figure in {panel.place} names {listed(sorted(named))}, but its lines are of no training that was recorded."
            )


def expect_no_grown_lists(panels: Sequence[Panel]) -> None:
    """End where the lines of these axes go on from one training to the next."""
    grown = [line for panel in panels for line in panel.lines if line.holds]
    if grown:
        raise Partial(
            0.25,
            f"The lines in {panels[0].place} are longer than the trainings: a history list is shared by all of them, and never "
            "cleared. Start a new list for each training.",
        )


def show(panel: Panel, evidence: Evidence, title: str) -> None:
    """Show the student's own picture, as the short run has drawn it."""
    if panel.figure.picture is not None:
        labels = ", ".join(line.label for line in panel.lines if line.label)
        alt = f"A figure of the short run with {len(panel.lines)} lines" + (f": {labels}" if labels else "")
        evidence.picture(f"{title}, as the short run draws it", panel.figure.picture, alt)


def not_drawn(missing: Sequence[str], panel: Panel) -> str:
    return f"The graph in {panel.place} lacks {listed(list(missing))}."


def side_by_side(
    observed: Observed,
    evidence: Evidence,
    experiments: Mapping[str, Experiment],
    kinds: Collection[str],
    name_in: Callable[[str], str],
    extra: Callable[[Mapping[str, Row]], Faults] = lambda found: [],
) -> None:
    """Judge a comparison of final test accuracies: fresh networks, each with its own accuracy beside its name."""
    known = {kind: values for kind, values in accuracies(observed, experiments).items() if values}
    best = {
        kind: [
            *values,
            *[max(share for each in experiments[kind].evaluations("test") if (share := each.accuracy) is not None)],
        ]
        for kind, values in known.items()
    }
    together = stated_together(observed, best, name_in)
    if not together and (wrong := _other_values(observed, experiments, kinds, name_in)):
        raise wrong
    apart = told_apart(observed, {kind: experiments[kind] for kind in known if kind not in together}, best, name_in)
    found = {**together, **apart}
    if not together and len(apart) < 2:
        raise NotShown
    row = next(iter(found.values())).row
    evidence.at(row.place)
    evidence.table(
        "Final test accuracy of the short run",
        ("network", "measured by the grader", "in your table"),
        [
            (kind, *beside(known[kind][0], found[kind].row if kind in found else None, best[kind]))
            if kind in known
            else (kind, "not measured", "not found")
            for kind in experiments
        ],
    )
    faults: Faults = []
    if untrained := [kind for kind in kinds if kind not in experiments]:
        faults.append((len(untrained) / len(kinds), f"No network is trained with {listed(untrained)}."))
    if apart:
        faults.append((TOLD_APART, TOLD_APART_SENTENCE))
    if untold := [kind for kind in experiments if kind not in found]:
        here = next(iter(found.values())).row
        exchanged = _exchanged(known, untold, here, observed, name_in)
        exchanged = exchanged or _of_one_for_all(known, untold, list(found), here, observed, name_in)
        exchanged = exchanged or _of_the_mean(experiments, here, observed, name_in)
        if of_training := _of_the_training(experiments, here, observed, name_in):
            faults.append(of_training)
        else:
            told = exchanged or f"The final test accuracy of {listed(untold)} is missing from the table."
            faults.append((len(untold) / len(kinds), told))
    if late := [kind for kind, entry in found.items() if not any(map(entry.row.states_share, known[kind]))]:
        faults.append(
            (
                BEST_FOR_FINAL,
                f"The table gives the best test accuracy of all epochs for {listed(late)}; the final one is asked for. Choosing "
                "an epoch by the test set makes the accuracy look better than it is.",
            )
        )
    elif sentence := largest_for_final({kind: (experiments[kind], entry.row) for kind, entry in found.items()}):
        evidence.remark(sentence)
    if sentence := kept_in_vain(experiments.values()):
        evidence.remark(sentence)
    for sentence in differences(experiments, of_epochs=not stops_early(observed)):
        evidence.remark(sentence)
    if sentence := next(filter(None, map(_counted_in_part, experiments.values())), ""):
        faults.append((0.25, sentence))
    elif found and all(_is_of_last_batch(entry.row, experiments[kind]) for kind, entry in found.items()):
        faults.append((0.25, f"The accuracies in the table are those of the last batch alone: {OVER_ALL}"))
    faults += handed_on(experiments, 0.5)
    faults += that_learn_nothing(experiments, 2 / 3)
    faults += on_test_data(experiments, 2 / 3)
    faults += on_random_numbers(experiments, 2 / 3)
    faults += extra({kind: entry.row for kind, entry in found.items()})
    conclude(faults)


def _counted_in_part(experiment: Experiment) -> str:
    """A sentence where the accuracies of a training leave out most of the test samples; '' where they do not."""
    for each in [each for each in experiment.evaluations("test") if each.accuracy is not None][-1:]:
        about = experiment.source.dataset(each.data)
        if about is not None and each.samples <= MOST_LEFT_OUT * about.samples:
            return (
                f"The accuracy is counted over {each.samples} of {about.samples} test samples of the short run: look where the "
                "loop over the batches ends."
            )
    return ""


def _is_of_last_batch(row: Row, experiment: Experiment) -> bool:
    """Whether a row states the test accuracy of the last batch, and none of all samples."""
    lasts = [each.last_accuracy for each in experiment.evaluations("test", final=True) if each.batches > 1]
    of_all = experiment.final_accuracies("test")
    return any(row.states_share(each) for each in lasts if each) and not any(map(row.states_share, of_all))


def _exchanged(
    known: Mapping[str, Sequence[float]],
    untold: Sequence[str],
    row: Row,
    observed: Observed,
    name_in: Callable[[str], str],
) -> str:
    """A sentence where the rows of two or more of the `untold`, in the table that `row` is of, state each other's accuracy."""
    named = {name_in(each.text): each for each in observed.rows if each.block == row.block}
    wrong = {
        kind: other
        for kind in untold
        for other in untold
        if kind != other and kind in named and any(map(named[kind].states_share, known.get(other, ())))
    }
    if len(wrong) < 2:
        return ""
    told = " and ".join(f"beside {kind} stands that of {other}" for kind, other in wrong.items())
    return f"The accuracies in the table are beside the wrong names: {told}."


def _of_one_for_all(
    known: Mapping[str, Sequence[float]],
    untold: Sequence[str],
    told: Sequence[str],
    row: Row,
    observed: Observed,
    name_in: Callable[[str], str],
) -> str:
    """A sentence where the rows of all `untold`, in the table that `row` is of, state the accuracy of one and the same other; ''
    elsewhere."""
    named = {name_in(each.text): each for each in observed.rows if each.block == row.block}
    for other in told:
        if all(kind in named and any(map(named[kind].states_share, known[other])) for kind in untold):
            return (
                f"The table shows the accuracy of {other} for {listed(untold)} too: "
                "one network was measured each time. Keep each network, or measure it where it has been trained."
            )
    return ""


def _of_the_mean(
    experiments: Mapping[str, Experiment], row: Row, observed: Observed, name_in: Callable[[str], str]
) -> str:
    """A sentence where rows of all kinds, in the block that `row` is of, state the mean over the epochs; '' elsewhere."""
    own = [(name_in(each.text), each) for each in observed.rows if each.block == row.block]
    if all(any(name == kind and _states_mean(one, each) for name, one in own) for kind, each in experiments.items()):
        return f"Beside {listed(list(experiments))} stand the means of all epochs' test accuracies; {FINAL}"
    return ""


def _of_the_training(
    experiments: Mapping[str, Experiment], row: Row, observed: Observed, name_in: Callable[[str], str]
) -> tuple[float, str] | None:
    """A fault where rows of all kinds, in the block that `row` is of, state the final accuracy on training samples, and few
    another one on test samples too, as a number of seconds may be; None elsewhere."""
    own = {name_in(each.text): each for each in observed.rows if each.block == row.block}
    on_train = {kind: each.final_accuracies("train") for kind, each in experiments.items()}
    on_test = {kind: each.final_accuracies("test") for kind, each in experiments.items()}
    if not all(kind in own and any(map(own[kind].states_share, values)) for kind, values in on_train.items()):
        return None
    others = {kind: [each for each in values if each not in on_train[kind]] for kind, values in on_test.items()}
    stating_both = sum(any(map(own[kind].states_share, values)) for kind, values in others.items())
    return _on_training(experiments, own) if 2 * stating_both < len(experiments) else None


def _on_training(experiments: Mapping[str, Experiment], rows: Mapping[str, Row]) -> tuple[float, str]:
    """What it costs that these rows state accuracies on training samples, which may have been held out, and the sentence."""
    held_out = {
        kind: [
            share
            for each in one.evaluations("train", final=True)
            if is_held_out(one, each.data)
            for share in one.shares(each)
        ]
        for kind, one in experiments.items()
    }
    if all(any(map(row.states_share, held_out.get(kind, ()))) for kind, row in rows.items() if kind in experiments):
        return ON_HELD_OUT, f"The accuracies in the table are those {HELD_OUT}"
    return ON_TRAINING, ON_TRAINING_SENTENCE


def _states_mean(row: Row, experiment: Experiment) -> bool:
    """Whether a row states the mean of a training's test accuracies over its epochs."""
    found = [
        each.values
        for each in experiment.histories
        if (each.what, each.split, each.epochs) == ("accuracy", "test", True)
    ]
    return any(len(values) > 1 and row.states_share(float(np.mean(values))) for values in found)


def _other_values(
    observed: Observed, experiments: Mapping[str, Experiment], kinds: Collection[str], name_in: Callable[[str], str]
) -> Exception | None:
    """What a table that names the kinds states in place of their final accuracies, where that can be told."""
    for rows in tables(observed, len(kinds)):
        named = {name_in(row.text): row for row in rows if name_in(row.text) in experiments and row.stated()}
        if len(named) < len(experiments) or len(named) < 2:
            continue
        on_train = {kind: telling(observed, each.final_accuracies("train")) for kind, each in experiments.items()}
        if all(any(row.states_share(value) for value in on_train[kind]) for kind, row in named.items()):
            cost, sentence = _on_training(experiments, named)
            return Partial(1 - cost, sentence)
        if all(_states_mean(row, experiments[kind]) for kind, row in named.items()):
            return Partial(0.5, f"The accuracies in the table are means over all epochs; {FINAL}")
        own = {kind: telling(observed, each.final_accuracies("test")) for kind, each in experiments.items()}
        others = {kind: [v for other, values in own.items() if other != kind for v in values] for kind in named}
        if all(any(row.states_share(value) for value in others[kind]) for kind, row in named.items()):
            return Failed("The accuracies in the table are beside the wrong names.")
        if one_number_for_all(list(named.values())):
            return Partial(
                0.25,
                f"The table has one and the same accuracy for {listed(list(named))}: what is measured is one network, and not "
                "the one that was trained for each of them.",
            )
    return None


def one_number_for_all(rows: Sequence[Row]) -> bool:
    """Whether all rows, of few numbers each, state one in common, with so many digits that it is no other by chance."""
    if any(len(row.stated()) > MOST_NUMBERS for row in rows):
        return False
    stated = [{each.value for each in row.stated() if each.digits >= TELLING_DIGITS and each.decimals} for row in rows]
    return bool(set.intersection(*stated))
