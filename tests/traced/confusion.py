"""Confusion matrices, found by their counts in pictures and prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from autograder.trace.observed import Experiment, Observed, Panel, may_draw
from autograder.trace.places import Place
from autograder.trace.records import Data, Pass
from autograder.trace.rows import numbers_in
from traced.cnn import layer_words, the_cnn

CLASSES: Final = 10
FEWEST: Final = 32  # answers of an evaluation on data that are not known
MOST: Final = 0.5  # of the pictures, from which on answers are those on the data as a whole
WHOLE: Final = 1e-3  # by how much counts may differ, as numbers that were added up
# What axes are called, in languages that students write in; without accents, and as composed signs come apart (NFKD).
TRUE: Final = unicodedata.normalize(
    "NFKD",
    "true actual target label ground real truth correct wahr echt tatsachlich verite reel vrai verdader verdad vero prawdziw "
    "rzeczywist gercek истин реальн фактич настоящ шынайы нақты 真 实际 實際 正解 実際 실제 정답",
).split()
PREDICTED: Final = unicodedata.normalize(
    "NFKD",
    "pred output guess vorher tahmin przewid prev estimad предсказ прогноз болжам 预测 預測 予測 예측",
).split()


@dataclass(frozen=True, eq=False)
class Confusion:
    """A confusion matrix that was shown: what it counts, and whether its axes say so."""

    panel: Panel | None
    place: Place
    split: str
    early: bool
    transposed: bool
    mislabelled: bool
    named: bool
    shuffled: bool = False
    batch: int = 0  # samples that it counts, of one batch or of few; 0 where it counts them all
    samples: int = 0  # of the data in the short run

    @property
    def words(self) -> str:
        rows = "predicted classes in rows" if self.transposed else "true classes in rows"
        return f"answers on the {self.split or 'other'} data, {rows}"


def confusion(observed: Observed, experiments: Sequence[Experiment]) -> Confusion | None:
    """The last picture or print of 10 by 10 numbers that are the counts, or shares, of a recorded evaluation."""
    best: Confusion | None = None
    for panel, place, matrix in matrices(observed):
        for experiment in experiments:
            if panel is not None and not may_draw(panel.source, experiment.source):
                continue
            for each in experiment.passes:
                if each.confusion is None or each.steps or not _is_ten(each.confusion):
                    continue
                counts = np.asarray(each.confusion, dtype=float)
                about = experiment.source.dataset(each.data)
                if about is None and counts.sum() < FEWEST:
                    continue
                if _is_of_one_class(counts) and not _is_the_cnn(observed, experiment):
                    continue
                whole = max(about.samples if about else 0, each.samples)
                straight, turned = _same_counts(matrix, counts), _same_counts(matrix, counts.T)
                shuffled = not straight and not turned and _same_totals(matrix, counts)
                of_a_batch = not (straight or turned or shuffled) and _is_of_a_batch(matrix, each, about)
                if of_a_batch:
                    straight, turned = (bool((matrix <= one).all()) for one in (counts, counts.T))
                if not (straight or turned or shuffled):
                    continue
                rows, columns = (panel.axes.y_label, panel.axes.x_label) if panel else ("", "")
                told_straight = _true(rows) or _predicted(columns)
                told_turned = _predicted(rows) or _true(columns)
                found = Confusion(
                    panel,
                    place,
                    about.split if about else "",
                    each.after < experiment.run.steps,
                    turned and not straight,
                    (straight and not turned and told_turned) or (turned and not straight and told_straight),
                    told_straight or told_turned or panel is None or _says_both(panel) or _has_names_of_its_own(panel),
                    shuffled,
                    int(matrix.sum()) if of_a_batch else each.samples if each.samples < MOST * whole else 0,
                    whole,
                )
                if best is None or _rank(found) >= _rank(best):
                    best = found
    return best


def _rank(found: Confusion) -> tuple[bool, bool, bool, bool]:
    return not found.batch, not found.shuffled, found.split == "test", not found.early


def _is_of_one_class(counts: np.ndarray) -> bool:
    """Whether all answers are of one class: who draws that matrix needs no network for it."""
    return bool((counts.sum(0) > 0).sum() <= 1)


def _is_the_cnn(observed: Observed, experiment: Experiment) -> bool:
    """Whether a training is of a network as that of 3A, of which answers of one class are a fault of the short run at most."""
    return layer_words(experiment.layers) == layer_words(the_cnn(observed).layers)


def _is_of_a_batch(shown: np.ndarray, evaluated: Pass, about: Data | None) -> bool:
    """Whether a matrix counts answers of one batch of this evaluation alone, such as those that its loop has left behind."""
    if evaluated.confusion is None or about is None or not about.batch or evaluated.batches < 2:
        return False
    if not (np.isfinite(shown).all() and (shown >= 0).all() and (shown == shown.round()).all()):
        return False
    last = evaluated.samples - (evaluated.batches - 1) * about.batch
    counts = np.asarray(evaluated.confusion)
    return shown.sum() in (about.batch, last) and bool((shown <= counts).all() or (shown <= counts.T).all())


def _same_totals(shown: np.ndarray, counts: np.ndarray) -> bool:
    """Whether each class is true, and is predicted, as often as in these counts, one way or the other round."""
    totals = [(counts.sum(1), counts.sum(0)), (counts.sum(0), counts.sum(1))]
    return any(np.array_equal(shown.sum(1), one) and np.array_equal(shown.sum(0), other) for one, other in totals)


def _says_both(panel: Panel) -> bool:
    text = f"{panel.words} {' '.join(panel.axes.texts)}"
    return _true(text) and _predicted(text)


def _has_names_of_its_own(panel: Panel) -> bool:
    """Whether both axes are named, each otherwise, in words that are not known here."""
    x, y = _bare(panel.axes.x_label).strip(), _bare(panel.axes.y_label).strip()
    known = any(_true(each) or _predicted(each) for each in (x, y))
    return bool(x and y) and x != y and not known


def _true(text: str) -> bool:
    return any(word in _bare(text) for word in TRUE) and not _predicted(text)


def _predicted(text: str) -> bool:
    return any(word in _bare(text) for word in (*PREDICTED, "classified as"))


def _bare(text: str) -> str:
    """Small letters without accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(each))


def matrices(observed: Observed) -> Iterator[tuple[Panel | None, Place, np.ndarray]]:
    """The 10 by 10 numbers that are drawn, then those that are printed, each with its place."""
    for panel in observed.panels:
        for array in panel.axes.arrays:
            if array.shape == (CLASSES, CLASSES):
                yield panel, panel.place, array.astype(float)
            elif array.shape == (CLASSES * CLASSES,):
                yield panel, panel.place, array.reshape(CLASSES, CLASSES).astype(float)
        for grid in panel.axes.grids:
            if grid and grid[-1].shape == (CLASSES, CLASSES):
                yield panel, panel.place, grid[-1].astype(float)
        if len(panel.axes.texts) >= CLASSES**2:
            numbers = [number.value for text in panel.axes.texts for number in numbers_in(text)[:1]]
            if len(numbers) >= CLASSES**2:
                yield panel, panel.place, np.array(numbers[: CLASSES**2]).reshape(CLASSES, CLASSES)
    run: list[list[float]] = []
    for row in observed.rows:
        numbers = [number.value for number in row.stated()]
        if len(numbers) == CLASSES + 1:
            numbers = numbers[1:]
        run = [*run, numbers][-CLASSES:] if len(numbers) == CLASSES else []
        if len(run) == CLASSES:
            yield None, row.place, np.array(run)


def _is_ten(table: Sequence[Sequence[int]]) -> bool:
    return len(table) == CLASSES and all(len(row) == CLASSES for row in table)


def _same_counts(shown: np.ndarray, counts: np.ndarray) -> bool:
    if not counts.sum() or not np.isfinite(shown).all():
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        candidates = [
            counts,
            np.nan_to_num(counts / counts.sum(1, keepdims=True)),
            np.nan_to_num(counts / counts.sum(0, keepdims=True)),
            counts / counts.sum(),
        ]
    return any(
        np.allclose(shown, each * scale, atol=0.006 * scale if number else WHOLE)
        for number, each in enumerate(candidates)
        for scale in ((1, 100) if number else (1,))
    )
