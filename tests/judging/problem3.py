"""Comparisons of Problem 3 that several checks make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from autograder.checks import (
    Evidence,
    Failed,
    Partial,
    Student,
    expect,
    expect_array,
    expect_keys,
    expect_number,
    expect_series,
)
from autograder.checks.figures import Figure
from autograder.checks.recordings import Pass, Trained, separate_trainings, trained_models
from autograder.data import ImageSet
from autograder.sandbox import StudentFault
from judging.drawn_pictures import batches_to_compare_on, drawn_pictures, moved
from judging.first_steps import STEPS, FirstSteps, in_words
from judging.material import Material
from judging.problem1 import numbers
from judging.small_network import small_network
from probes import cnn, comparisons

Images = Callable[[str, str], ImageSet]
Step = Mapping[str, Any]

EPOCHS: Final = 2
SAME_PATTERN: Final = 0.995  # correlation of two pictures that differ by rounding to 8 bits at most
KEPT: Final = tuple(range(STEPS + 1))  # steps whose weights are kept, for judging.first_steps
HISTORY: Final = ("train_loss", "validation_loss", "validation_accuracy")
CLASSES: Final = (
    ("airplane", "aeroplane", "plane"),
    ("automobile", "auto", "car"),
    ("bird",),
    ("cat",),
    ("deer",),
    ("dog",),
    ("frog",),
    ("horse",),
    ("ship", "boat"),
    ("truck", "lorry"),
)


class TrainingRun:
    """One run of `train_cnn` on EPOCHS epochs of a few pictures, with what really happened in it."""

    def __init__(
        self,
        student: Student,
        images: Images,
        material: Material,
        label: str,
        *,
        dropout: bool,
        keep_weights: tuple[int, ...] = (),
    ) -> None:
        self.network = small_network(material, label, dropout=dropout)
        train_rows = material.rows(f"{label} training rows", (4, 5), (14, 18), (6, 11))
        validation_rows = material.rows(f"{label} validation rows", (1, 1), (34, 44), (17, 28))
        train_count = sum(train_rows)
        pictures = drawn_pictures(material, label, images("cifar10", "train"), train_count + sum(validation_rows))
        batches = pictures.batches([*train_rows, *validation_rows])
        self.train_batches = batches[: len(train_rows)]
        validation = moved(material, f"{label} moved", batches[len(train_rows) :])
        found = student.ask(
            cnn.train_cnn,
            network=self.network.layers,
            weights=self.network.weights,
            train_batches=self.train_batches,
            validation_batches=validation,
            epochs=EPOCHS,
            keep_weights=keep_weights,
        )
        self.history = expect_keys(found["returned"], HISTORY, "What `train_cnn` returns")
        labels = {"train": [y for _, y in self.train_batches], "validation": [y for _, y in validation]}
        trained = trained_models(found, labels)
        expect(trained, "`train_cnn` does not train the model that it is given: its weights stay as they were.")
        expect(len(trained) == 1, f"`train_cnn` trains {len(trained)} models; only the given one was expected.")
        self.model = trained[0]
        given = sum(weights.size for weights in self.network.weights)
        expect(
            self.model.parameters == given,
            "`train_cnn` trains another network than the one that it is given as `model`.",
        )
        self.framework = student.framework

    def first_steps(self) -> FirstSteps:
        """The first steps of the training, of a run without dropout that kept the weights of STEPS steps.

        Fails when there were none.
        """
        kept = self.model.training()[0].parameters
        expect(all(step in kept for step in range(STEPS + 1)), "`train_cnn` trains without gradients.")
        weights = [kept[step] for step in range(STEPS + 1)]
        return FirstSteps(self.network.layers, self.train_batches, weights, self.framework)

    def series(self, key: str) -> np.ndarray:
        return expect_series(self.history[key], EPOCHS, f"`{key}`")

    def expect_every_epoch(self) -> None:
        """Fail unless each epoch trained on the training loader and then measured the validation loader."""
        passes = self.model.training()
        expect(
            all(run.loader == "train" for run in passes),
            "`train_cnn` trains on the validation loader; train on `train_loader` only.",
        )
        expect(
            len(passes) == EPOCHS, f"`train_cnn` trained for {len(passes)} epochs; {EPOCHS} were asked for by `epochs`."
        )
        expect(
            all(run.training for run in passes), f"`train_cnn` trains in evaluation mode; {self.framework.TO_TRAIN}."
        )

    def source_of(self, value: float, number: int) -> str:
        """What a recorded number is, of all that the model had up to epoch `number` from 0; empty when it is nothing known."""
        for run in reversed([run for epoch in self.model.epochs()[: number + 1] for run in epoch]):
            mode = " in training mode" if run.training and not run.learned else ""
            for factor, unit in ((1, ""), (100, ", in percent")):
                if abs(value - factor * run.accuracy()) < 1e-4 * factor:
                    return f"the accuracy on the {run.loader} loader{mode}{unit}"
            count = sum(map(len, run.labels))
            for loss in run.losses():
                for factor, unit in ((1, ""), (count, ", summed"), (len(run.labels), ", summed over batches")):
                    if abs(value - factor * loss) < 1e-4 * factor:
                        return f"the loss on the {run.loader} loader{mode}{unit}"
        return ""

    def measured(self, number: int) -> list[Pass]:
        """The passes through the validation loader after epoch `number`, from 0."""
        found = [run for run in self.model.epochs()[number][1:] if run.loader == "validation"]
        expect(found, f"The validation loader was not run through after epoch {number + 1}.")
        expect(
            not any(run.training for run in found),
            f"The validation set is measured in training mode, where dropout is at work; {self.framework.TO_EVALUATE}.",
        )
        return found


def steps_run(student: Student, images: Images, material: Material) -> TrainingRun:
    """A run of `train_cnn` whose first steps show its optimizer."""
    return TrainingRun(student, images, material, "3A steps", dropout=False, keep_weights=KEPT)


def seen_in_first_steps(student: Student, images: Images, material: Material) -> str:
    """A sentence on the optimizer and its learning rate, for a training that learned too little; empty when it is none that
    is known."""
    try:
        settings = steps_run(student, images, material).first_steps().common_optimizer()
    except (Failed, StudentFault):
        return ""
    return f" The first steps of `train_cnn` are those of {settings['kind']}, {in_words(settings)}." if settings else ""


class ArchitectureComparison:
    """One run of `compare_architectures` on EPOCHS epochs of a few pictures, with what really happened in it."""

    def __init__(self, student: Student, images: Images, material: Material, *, pause: float = 0.0) -> None:
        rows = ((3, 4), (7, 9), (3, 6)), ((1, 1), (52, 66), (28, 44))
        train_batches, test_batches = batches_to_compare_on(material, "3B", images, "cifar10", *rows)
        found = student.ask(
            comparisons.compare,
            function="compare_architectures",
            train_batches=train_batches,
            test_batches=test_batches,
            epochs=EPOCHS,
            pause=pause,
        )
        what = "What `compare_architectures` returns"
        returned = expect_keys(found["returned"], (), what)
        expect(returned, f"{what} is empty.")
        keys = ("parameters", "seconds", "test_accuracy")
        self.entries = {str(name): expect_keys(entry, keys, f"The entry '{name}'") for name, entry in returned.items()}
        labels = {"train": [y for _, y in train_batches], "test": [y for _, y in test_batches]}
        self.trainings = separate_trainings(trained_models(found, labels))
        self.seconds = float(found["seconds"])

    def expect_fresh_networks(self) -> None:
        """Fail unless there was one training for each entry, EPOCHS epochs on the training loader."""
        for training in self.trainings:
            passes = training.training()
            expect(
                all(run.loader == "train" for run in passes),
                "`compare_architectures` trains a network on the test loader.",
            )
            expect(len(passes) == EPOCHS, f"A network was trained for {len(passes)} epochs; {EPOCHS} were asked for.")
        expect(
            len(self.trainings) == len(self.entries),
            f"{len(self.trainings)} networks were trained for the {len(self.entries)} entries of the table.",
        )

    def times(self) -> list[float]:
        """The reported `seconds`, in the order of the table."""
        return [float(entry["seconds"]) for entry in self.entries.values()]

    def training_of(self, name: str) -> list[Trained]:
        """The trainings that the entry can be about: those of a network with as many parameters as it says."""
        count = expect_number(self.entries[name]["parameters"], f"`parameters` of {name}")
        fitting = [training for training in self.trainings if training.parameters == count]
        counts = ", ".join(f"{training.parameters:,}" for training in self.trainings)
        expect(
            fitting,
            f"`parameters` of {name} is {count:,.0f}, but none of the trained networks has so many (they have {counts}).",
        )
        return fitting

    def expect_own_accuracy(self, name: str) -> float:
        """Fail unless the entry's accuracy is that of its network on the test loader after the last epoch."""
        value = expect_number(self.entries[name]["test_accuracy"], f"`test_accuracy` of {name}")
        trainings = self.training_of(name)
        real = [runs[-1].accuracy() for one in trainings if (runs := _after_training(one))]
        if real and min(abs(value - one) for one in real) < 1e-4:
            return value
        what = f"`test_accuracy` of {name}"
        if len(trainings) == 1 and (source := trainings[0].source_of(value)):
            raise Failed(f"{what} is {value:.4g}, which is {source}.", sign=f"`test_accuracy` is {source}")
        own = (
            f"its own accuracy after the last epoch was {numbers(real)}"
            if real
            else "it was never run on all of the test set"
        )
        raise Failed(f"{what} is {value:.4g}, but {own}.", sign="")


def _after_training(training: Trained) -> list[Pass]:
    return [run for run in training.epochs()[-1][1:] if run.loader == "test"]


def chain(steps: Sequence[Step]) -> list[str]:
    """The layers in words, in order: 'conv 3→32 3×3', 'relu', 'max pool 2×2', 'dense 4096→128'."""
    return [word for step in steps if (word := _layer(step))]


def _layer(step: Step) -> str:
    match step["kind"]:
        case "conv":
            return f"conv {step['inputs']}→{step['outputs']} {by(step['kernel'])}"
        case "dense":
            return f"dense {step['inputs']}→{step['outputs']}"
        case "pool":
            return f"{step['pooling']} pool {by(step['kernel'])}".strip()
        case "log softmax":
            return ""  # at the end it moves all logits of a sample by the same amount
        case other:
            return str(other)


def by(sizes: Sequence[Any]) -> str:
    """'3×3'."""
    return "×".join(map(str, sizes))


def convolutions(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step["kind"] == "conv"]


def poolings(steps: Sequence[Step]) -> set[str]:
    return {step["pooling"] for step in steps if step["kind"] == "pool"}


def varied(structures: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each thing that the assignment lets vary, with the different choices among the networks, in words."""
    layers = [convolutions(found["steps"]) for found in structures.values()]
    kernels = [sorted({by(step["kernel"]) for step in steps}) for steps in layers]
    return {
        "number of convolutions": sorted({str(len(steps)) for steps in layers}),
        "filters": sorted({", ".join(str(step["outputs"]) for step in steps) for steps in layers}),
        "kernel sizes": sorted({", ".join(sizes) for sizes in kernels}),
        "pooling": sorted({kind for found in structures.values() for kind in poolings(found["steps"])}),
    }


def expect_varied(structures: Mapping[str, Any], credit: float, evidence: Evidence) -> None:
    """Each thing that varies earns `credit`; fail or give a part of it unless all four do.

    Pooling varies when there is max and average pooling; the others when there are two choices among the networks.
    """
    choices = varied(structures)
    wanted = dict.fromkeys(choices, "two or more") | {"pooling": "max and average"}
    for name, found in choices.items():
        evidence.fact(name, "; ".join(found) or "none", wanted[name])
    same = [name for name, found in choices.items() if len(found) < 2]
    if not same:
        return
    message = f"The architectures do not vary the {', the '.join(same)}."
    earned = credit * (len(choices) - len(same))
    if earned <= 0:
        raise Failed(message)
    raise Partial(earned, message)


def expect_learning(
    found: Mapping[str, Any], labels: np.ndarray, evidence: Evidence, counted: np.ndarray | None = None
) -> tuple[float, np.ndarray]:
    """The test accuracy and the training losses of an answer of `cnn.learn_pictures`, as evidence too.

    `counted` (N,) are the pictures that the accuracy is measured on; None: all.
    """
    history = expect_keys(found["history"], ("train_loss",), "What `train_cnn` returns")
    losses = expect_array(history["train_loss"], "`train_loss`").reshape(-1)
    expect(len(losses) and np.isfinite(losses).all(), "The recorded training losses are missing, NaN or infinite.")
    predictions = expect_array(found["predictions"], "The predictions").reshape(-1)
    expect(len(predictions) == len(labels), f"There are {len(predictions)} predictions for {len(labels)} pictures.")
    right = predictions == labels
    accuracy = float((right if counted is None else right[counted]).mean())
    evidence.fact("test accuracy", accuracy, "chance: 0.1")
    evidence.curves("Training loss", {"your network": losses.tolist()})
    return accuracy, losses


def expect_matrix(found: Any) -> np.ndarray:
    """The confusion matrix as an array (10, 10). Fails when it is none, or holds shares in place of counts."""
    matrix = expect_array(found, "What `confusion_matrix` returns")
    expect(matrix.shape == (10, 10), f"`confusion_matrix` returns the shape {matrix.shape}; (10, 10) was expected.")
    if np.allclose(matrix.sum(axis=1)[matrix.any(axis=1)], 1) or np.isclose(matrix.sum(), 1):
        raise Failed("`confusion_matrix` returns shares; counts of images were expected.")
    return matrix


def expect_heat_map(figure: Figure, matrix: np.ndarray, credit_without_names: float) -> None:
    """Fail unless some axes show the matrix, its shares or its logarithms, and say which axis is which class.

    The matrix may lie on its side where the labels say so. A part of the credit is lost where nothing names the classes.
    """
    for axes in figure["axes"]:
        if axes["image"] is None or np.size(axes["image"]) != matrix.size:
            continue
        drawn = np.asarray(axes["image"], dtype=np.float64).reshape(matrix.shape)
        for one, row, column in ((matrix, "y", "x"), (matrix.T, "x", "y")):
            if not any(np.allclose(drawn, view, rtol=1e-3, atol=1e-6) for view in _views(one)):
                continue
            true, predicted = axes[f"{row}_label"].lower(), axes[f"{column}_label"].lower()
            expect(true and predicted, "The heat map does not label both axes.")
            exchanged = "pred" in true or any(word in predicted for word in ("true", "actual"))
            expect(
                not exchanged,
                "The labels of the heat map's axes are swapped: rows are true, columns predicted classes."
                if one is matrix
                else "The heat map shows the matrix turned on its side, but its axes are labelled as if it were not.",
            )
            if not all(_names_classes(axes[f"{axis}_ticks"]) for axis in "xy"):
                raise Partial(credit_without_names, "The heat map does not name the ten classes on both axes.")
            return
    raise Failed("No axes of the figure show the matrix as a heat map, such as `imshow` draws.")


def _views(matrix: np.ndarray) -> list[np.ndarray]:
    """The matrix and what people draw of it: shares of rows, of columns, of all, in percent too; logarithms."""
    counts = np.asarray(matrix, dtype=np.float64)
    shares = [counts / total for total in (counts.sum(axis=1, keepdims=True), counts.sum(axis=0), counts.sum())]
    return [counts, *shares, *(100 * share for share in shares), np.log1p(counts), np.log10(counts + 1)]


def _names_classes(ticks: Sequence[str]) -> bool:
    words = [tick.lower() for tick in ticks]
    return all(any(name in word for word in words for name in names) for names in CLASSES)


def patterns_found(panels: Sequence[Any], patterns: np.ndarray) -> set[int]:
    """Which of the patterns (N, height, width) or (N, height, width, 3) occur in the panels, up to brightness and contrast.

    A panel may hold one pattern or a whole grid of them: every window of a pattern's size is compared. Of patterns with
    channels, a panel without may show their mean, one channel, or their greatest value.
    """
    found: set[int] = set()
    for panel in panels:
        picture = np.asarray(panel, dtype=np.float64)
        if picture.ndim == 3 and patterns.ndim == 4:
            found |= _in_windows(picture[..., :3], patterns)
        elif picture.ndim == 3:
            found |= _in_windows(picture[..., :3].mean(axis=-1), patterns)
        elif picture.ndim == 2 and patterns.ndim == 4:
            flat = [patterns.mean(axis=-1), patterns.max(axis=-1), np.linalg.norm(patterns, axis=-1)]
            for views in (*flat, *np.moveaxis(patterns, -1, 0)):
                found |= _in_windows(picture, views)
        elif picture.ndim == 2:
            found |= _in_windows(picture, patterns)
    return found


def _in_windows(picture: np.ndarray, patterns: np.ndarray) -> set[int]:
    height, width = patterns.shape[1:3]
    if picture.shape[0] < height or picture.shape[1] < width:
        return set()
    windows = np.lib.stride_tricks.sliding_window_view(picture, (height, width), axis=(0, 1))
    # The window's axes come last: (rows, columns[, channels], height, width).
    if picture.ndim == 3:
        windows = np.moveaxis(windows, 2, -1)
    alike = _centred(windows.reshape(-1, patterns[0].size)) @ _centred(patterns.reshape(len(patterns), -1)).T
    return set(np.flatnonzero(np.abs(alike).max(axis=0) > SAME_PATTERN).tolist())


def _centred(rows: np.ndarray) -> np.ndarray:
    """Rows with mean 0 and length 1, so that a product of two is their correlation."""
    rows = np.nan_to_num(np.asarray(rows, dtype=np.float64))
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))
