"""Comparisons of Problem 2 that several checks make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import Any, Final

import numpy as np

from autograder.checks import Failed, NeedsReview, Student, expect, expect_keys, expect_series
from autograder.checks.figures import Figure, expect_lines
from autograder.checks.recordings import Pass, Trained, log_softmax, separate_trainings, trained_models
from autograder.data import ImageSet
from autograder.worker.probing.frameworks import Framework
from judging.drawn_pictures import batches_to_compare_on, flat
from judging.first_steps import COMMON, SAME_MOVEMENT, STEPS, FirstSteps, Settings, in_words
from judging.material import Material
from judging.problem1 import numbers
from probes import comparisons, optimizers

Images = Callable[[str, str], ImageSet]

EPOCHS: Final = 2
OPTIMIZERS: Final[Mapping[str, Settings]] = {
    "SGD": {"kind": "SGD", "lr": 0.01},
    "SGD+Momentum": {"kind": "SGD", "lr": 0.01, "momentum": 0.9},
    "RMSprop": {"kind": "RMSprop", "lr": 0.001},
    "Adam": {"kind": "Adam", "lr": 0.001},
}
OTHER_DECAYS: Final = (0.1, 0.01, 0.005, 0.0005, 0.0001)  # that people choose in place of the one asked for
CONFIGURATIONS: Final = ("none", "l2", "dropout")


class Comparison:
    """One run of a comparing function on two epochs of drawn digits, with what really happened in it."""

    def __init__(
        self, student: Student, images: Images, material: Material, function: str, *, pause: float = 0.0
    ) -> None:
        rows = ((4, 5), (30, 34), (12, 24)), ((1, 1), (270, 310), (150, 185))
        self.train_batches, test_batches = map(flat, batches_to_compare_on(material, function, images, "mnist", *rows))
        found = student.ask(
            comparisons.compare,
            function=function,
            train_batches=self.train_batches,
            test_batches=test_batches,
            epochs=EPOCHS,
            keep_weights=tuple(range(STEPS + 1)),
            pause=pause,
        )
        labels = {"train": [y for _, y in self.train_batches], "test": [y for _, y in test_batches]}
        self.function = function
        self.framework = student.framework
        self.seconds = float(found["seconds"])
        self.returned = expect_keys(found["returned"], (), f"What `{function}` returns")
        self.trainings = separate_trainings(trained_models(found, labels))

    def expect_fresh_networks(self, names: Sequence[str]) -> None:
        """Fail unless there was one training for each name, each from weights that no training had changed before."""
        for training in self.trainings:
            on_test = [run for run in training.training() if run.loader == "test"]
            expect(not on_test, f"`{self.function}` trains a network on the test loader.")
            expect(
                len(training.training()) == EPOCHS,
                f"A network was trained for {len(training.training())} epochs in a row; {EPOCHS} were asked for. "
                "Build a fresh network for each configuration, and train it `epochs` times.",
            )
        expect(
            len(self.trainings) == len(names),
            f"{len(self.trainings)} networks were trained; {len(names)} were expected: {', '.join(names)}.",
        )
        chains = {dense_layers(training.steps) for training in self.trainings}
        expect(
            len(chains) == 1,
            "The networks differ in their layers: "
            + " and ".join(sorted(sizes_in_words(chain) for chain in chains))
            + ".",
        )
        for training in self.trainings:
            own_start = training.training()[0].weights[0]
            trained: set[str] = set()
            for other in self.trainings:
                if other is not training:
                    trained |= {weights for run in other.passes for weights in run.weights} - {
                        other.training()[0].weights[0]
                    }
            expect(
                own_start not in trained,
                "A network begins with weights that another one was trained to. Start each from fresh weights.",
            )

    def first_steps(self, training: Trained) -> FirstSteps:
        """What the first steps of a training did to the weights."""
        kept = [self.weights(training, step) for step in range(STEPS + 1)]
        return FirstSteps(description(training.steps), self.train_batches, kept, self.framework)

    def weights(self, training: Trained, step: int) -> tuple[np.ndarray, ...]:
        """The weights of a network after so many steps, 0 to STEPS, of its first epoch."""
        kept = training.training()[0].parameters
        expect(step in kept, "A network was trained without gradients, or not on the loader's batches.")
        return kept[step]

    def unpulled(self, training: Trained) -> np.ndarray:
        """The weights of the first layer, at the start and after STEPS steps, whose pixels are blank in all batches so far.

        They have no gradient, so only weight decay can move them: (2, weights).
        """
        blank = np.concatenate([x for x, _ in self.train_batches[:STEPS]]).max(axis=0) == 0
        kernels = (self.weights(training, step)[0] for step in (0, STEPS))
        return np.stack(
            [(kernel if kernel.shape[1] == len(blank) else kernel.T)[:, blank].ravel() for kernel in kernels]
        )


def entries(returned: Mapping[Any, Any], names: Sequence[str], keys: Sequence[str], function: str) -> dict[str, Any]:
    """The returned entry of each configuration, whatever the spelling of its name. Fails when one is missing."""
    found = {standard_name(str(name)): entry for name, entry in returned.items()}
    expect_keys(found, names, f"What `{function}` returns")
    return {name: expect_keys(found[name], keys, f"The entry '{name}'") for name in names}


def standard_name(name: str) -> str:
    """'sgd with momentum' → 'SGD+Momentum', 'Baseline' → 'none'; what is unknown stays as it is."""
    letters = "".join(c for c in name.lower() if c.isalnum())
    signs = {
        "momentum": "SGD+Momentum",
        "sgd": "SGD",
        "rmsprop": "RMSprop",
        "adam": "Adam",
        "dropout": "dropout",
        "l2": "l2",
        "weightdecay": "l2",
        "none": "none",
        "baseline": "none",
        "noreg": "none",
    }
    return next((standard for sign, standard in signs.items() if sign in letters), name)


def expected_changes(
    framework: Framework, settings: Settings, start: Sequence[np.ndarray], gradients: Sequence[Sequence[np.ndarray]]
) -> list[list[np.ndarray]]:
    """What `optimizers.changes` answers for the framework's own optimizer with these settings."""
    return optimizers.updates(framework, lambda parameters: framework.optimizer(settings, parameters), start, gradients)


def trained_by(comparison: Comparison) -> dict[str, Trained]:
    """Which training each optimizer did, told by its first steps. Fails when one did none."""
    expect(
        all(len(training.activations) == 1 for training in comparison.trainings),
        "The networks should have one kind of activation, as in Problem 1A.",
    )
    found: dict[str, Trained] = {}
    left = list(comparison.trainings)
    for name, settings in OPTIMIZERS.items():
        fitting = next((one for one in left if comparison.first_steps(one).deviation(settings) < SAME_MOVEMENT), None)
        if fitting is None:
            raise _not_trained_by(comparison, name)
        found[name] = fitting
        left = [one for one in left if one is not fitting]
    return found


def _not_trained_by(comparison: Comparison, name: str) -> Failed:
    """The failure for an optimizer that trained no network: what trained them all, where it's one of the others."""
    text = f"No network was trained as {name} with {in_words(OPTIMIZERS[name])} trains: its first steps differ."
    for other, settings in OPTIMIZERS.items():
        if all(comparison.first_steps(one).deviation(settings) < SAME_MOVEMENT for one in comparison.trainings):
            sign = f"All networks were trained as {other} trains."
            return Failed(f"{text} {sign}", sign)
    return Failed(text, sign="")


def configurations(comparison: Comparison) -> dict[str, Trained]:
    """Which training is the one without regularization, with L2, with dropout. Fails unless there is one of each."""
    random = [one for one in comparison.trainings if has_dropout(comparison, one)]
    expect(len(random) == 1, f"{len(random)} networks were trained with dropout at work; one was expected.")
    still = [one for one in comparison.trainings if one is not random[0]]
    decayed = [one for one in still if decays(comparison, one)]
    expect(
        len(decayed) == 1, f"{len(decayed)} networks without dropout were trained with weight decay; one was expected."
    )
    plain = next(one for one in still if one is not decayed[0])
    return {"none": plain, "l2": decayed[0], "dropout": random[0]}


def has_dropout(comparison: Comparison, training: Trained) -> bool:
    """Whether the first outputs in training differ from what the weights give with nothing dropped."""
    whole = comparison.first_steps(training).first_outputs()
    # A log-softmax at the end is no difference: it gives the same classes and the same loss.
    return not np.allclose(log_softmax(training.training()[0].outputs[0]), log_softmax(whole), atol=1e-4)


def decays(comparison: Comparison, training: Trained) -> bool:
    """Whether weights move that have no gradient."""
    start, end = comparison.unpulled(training)
    return bool((start != end).any())


def expect_weight_decay(comparison: Comparison, baseline: Trained, l2: Trained, decay: float) -> Settings:
    """Fail unless the first steps of `l2` are those of a common optimizer with this weight decay. Returns its settings."""
    steps = comparison.first_steps(l2)
    # Keras's `L2(d)` is the penalty d * w**2, whose gradient is that of a weight decay of 2 * d. Either reading is right.
    decays = (decay, 2 * decay) if comparison.framework.L2_IS_A_PENALTY else (decay,)
    for kind, each in product(COMMON, decays):
        settings = steps.fitted({**kind, "weight_decay": each})
        if steps.deviation(settings) < SAME_MOVEMENT and _shrinks_alike(comparison, l2, settings):
            return settings
    for other in OTHER_DECAYS:
        if any(
            steps.deviation(settings) < SAME_MOVEMENT and _shrinks_alike(comparison, l2, settings)
            for settings in (steps.fitted({**kind, "weight_decay": other}) for kind in COMMON)
        ):
            text = f"The L2 network was trained with a weight decay of {other:g}; {decay:g} was expected."
            raise Failed(text, sign=text)
    if comparison.first_steps(baseline).common_optimizer(weight_decay=0.0) is None:
        raise NeedsReview("The networks were trained by an optimizer that the grader does not know.")
    raise Failed(f"The L2 network was not trained with a weight decay of {decay:g}: its first steps differ.", sign="")


def _shrinks_alike(comparison: Comparison, training: Trained, settings: Settings) -> bool:
    expected = comparison.first_steps(training).replay(settings)[0]
    blank_expected = _first_layer_blank(comparison, expected)
    start, found = comparison.unpulled(training)
    return bool(np.linalg.norm(found - blank_expected) <= 0.1 * np.linalg.norm(blank_expected - start))


def _first_layer_blank(comparison: Comparison, kernel: np.ndarray) -> np.ndarray:
    blank = np.concatenate([x for x, _ in comparison.train_batches[:STEPS]]).max(axis=0) == 0
    return (kernel if kernel.shape[1] == len(blank) else kernel.T)[:, blank].ravel()


def expect_long_enough(seconds: float, shortest: float, name: str, epochs: int = EPOCHS) -> None:
    """Fail when a time is shorter than the training of `epochs` epochs took at least."""
    share = seconds / shortest if shortest > 0 else 1.0
    reason = ""
    if 0.7 / epochs < share < 1.5 / epochs:
        reason = "that is about the time of one epoch"
    elif 0.8 / 60 < share < 2 / 60:
        reason = "that looks like minutes"
    elif 0 < share < 0.001:
        reason = "no training lies between start and end of the clock"
    expect(
        share >= 0.95,
        f"`seconds` of {name} is {seconds:.4g}, but its {epochs} epochs took at least {shortest:.2f} seconds"
        + (f": {reason}." if reason else "."),
        sign=f"`seconds` of {name}: {reason}" if reason else "",
    )


def expect_within(times: Sequence[float], whole: float, what: str, again: Callable[[], Sequence[float]]) -> None:
    """Fail when the times together are longer than the whole call took. `again` gives the times of another run."""
    most = 1.02 * whole + 0.2
    if sum(times) <= most:
        return
    told = f"The times add up to {sum(times):.2f} seconds, but the whole call took {whole:.2f}"
    if list(again()) == list(times):
        raise Failed(f"{told}, and another run gives the very same: nothing was timed.", sign="the times are fixed")
    told += f": take the time anew for each {what}."
    if all(one < other for one, other in pairwise(times)) and times[-1] <= most:
        told += " Each is longer than the one before, so it seems to include it."
        raise Failed(told, sign="each time includes those before it")
    raise Failed(told, sign="")


def expect_losses(reported: Any, training: Trained, name: str) -> np.ndarray:
    """Fail unless these are the losses of the training's epochs; either mean over an epoch is right."""
    losses = expect_series(reported, EPOCHS, f"`train_loss` of {name}")
    real = [run.losses() for run in training.training()]
    expect(
        all(min(abs(value - mean) for mean in pair) < 1e-3 for value, pair in zip(losses, real, strict=True)),
        f"`train_loss` of {name} is {numbers(losses)}; the network's own training losses were "
        f"{numbers([pair[1] for pair in real])}.",
    )
    return losses


def expect_accuracies(reported: Any, training: Trained, name: str, key: str) -> np.ndarray:
    """Fail unless these are the accuracies after each epoch on the test or the training loader.

    On training data, the running accuracy of the training pass itself is right as well.
    """
    loader = key.partition("_")[0]
    values = expect_series(reported, EPOCHS, f"`{key}` of {name}")
    for number, (value, passes) in enumerate(zip(values, training.epochs(), strict=True), start=1):
        after = [run for run in passes[1:] if run.loader == loader]
        counted: list[Pass] = [*passes[:1], *after] if loader == "train" else after[-1:]
        real = [run.accuracy() for run in counted]
        if real and min(abs(value - one) for one in real) < 1e-4:
            continue
        what = f"`{key}` of {name} after epoch {number}"
        if source := replace(training, passes=tuple(passes)).source_of(value):
            raise Failed(f"{what} is {value:.4g}, which is {source}.", sign=f"{what} is {source}")
        own = (
            f"the network's own accuracy was {real[-1]:.4g}"
            if real
            else f"the network was not run on the whole {loader} loader then"
        )
        raise Failed(f"{what} is {value:.4g}; {own}.", sign="")
    return values


def expect_panel(figure: Figure, lines: Mapping[str, Sequence[float]]) -> None:
    """As `expect_lines`; and the axes that hold the lines must say what their y axis shows."""
    expect_lines(figure, lines)
    for axes in figure["axes"]:
        try:
            expect_lines({"axes": [axes]}, lines)
        except Failed:
            continue
        expect(axes["y_label"].strip(), f"The axes with the lines of {', '.join(lines)} have no label on the y axis.")
        return


def dense_layers(steps: Sequence[Mapping[str, Any]]) -> tuple[tuple[int, int], ...]:
    """(inputs, outputs) of each dense layer of a trace."""
    return tuple((step["inputs"], step["outputs"]) for step in steps if step["kind"] == "dense")


def description(steps: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The traced network as a description for the grader's own; what the loss undoes or evaluation skips is left out."""
    found: list[list[Any]] = []
    for step in steps:
        match step["kind"]:
            case "dense":
                found.append(["linear", step["inputs"], step["outputs"]])
            case "relu" | "sigmoid" | "tanh":
                found.append([step["kind"]])
            case "log softmax" | "dropout":
                continue
            case other:
                raise Failed(f"The network contains {other}; dense layers with activations between them were expected.")
    return found


def sizes_in_words(dense: Sequence[tuple[int, int]]) -> str:
    """'784-128-10'."""
    if not dense or any(one[1] != other[0] for one, other in pairwise(dense)):
        return ", ".join(f"{inputs}→{outputs}" for inputs, outputs in dense) or "no dense layers"
    return "-".join(map(str, [dense[0][0], *(outputs for _, outputs in dense)]))
