"""Hooks a recorder into Keras on PyTorch, as soon as student code imports it: its steps, its losses.

Its forward passes are those of modules, and `fit`, `evaluate` and `predict` iterate over data loaders: `hooks.py` sees them. Its
optimizers and losses are its own, and are reported here as if they were PyTorch's, under Keras's names.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import numpy as np
import torch

from autograder.worker.library_data import change_when_loaded
from autograder.worker.tracing import timelapse
from autograder.worker.tracing.recorder import Recorder
from autograder.worker.tracing.runs import rule_of
from autograder.worker.tracing.seen import Record

SETTINGS: Final = {
    "epsilon": "eps",
    **{
        name: name
        for name in (
            "momentum nesterov rho centered amsgrad weight_decay initial_accumulator_value clipnorm clipvalue global_clipnorm "
            "use_ema gradient_accumulation_steps loss_scale_factor"
        ).split()
    },
}
EPOCHS_AT_LEAST: Final = 50
# Of networks that students write themselves; MobileNetV2 has 154 layers, VGG16 has 15 million weights without its last ones.
MOST_LAYERS: Final = 60
MOST_WEIGHTS: Final = 10_000_000
ENLARGING: Final = ("Resizing", "UpSampling2D")
OPTIONS: Final = ("from_logits", "label_smoothing", "ignore_class")


def watch(recorder: Recorder) -> None:
    """Report what Keras does to the recorder from now on, without importing Keras."""
    change_when_loaded(
        {
            "keras.src.optimizers.base_optimizer": functools.partial(_watch_steps, recorder),
            "keras.src.losses.loss": functools.partial(_watch_losses, recorder),
            "keras.src.trainers.trainer": functools.partial(_watch_totals, recorder),
        }
    )


def quieten() -> None:
    """If Keras is imported, disable what only draws networks or logs trainings: its dependencies may be missing."""
    keras: Any = sys.modules.get("keras")
    if keras is None:
        return

    class TensorBoard(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__()

    keras.callbacks.TensorBoard = TensorBoard
    for name in ("plot_model", "model_to_dot"):
        setattr(keras.utils, name, lambda *_, **__: None)


def put_off_early_stopping() -> None:
    """Keep `EarlyStopping` from ending a training before `EPOCHS_AT_LEAST`: on little data a loss stops falling sooner."""
    keras: Any = sys.modules.get("keras")
    if keras is None:
        return
    original = keras.callbacks.EarlyStopping.on_epoch_end

    @functools.wraps(original)
    def epoch_ends(self: Any, epoch: int, logs: Any = None) -> None:
        original(self, epoch, logs)
        if epoch + 1 < EPOCHS_AT_LEAST:
            self.model.stop_training = False

    keras.callbacks.EarlyStopping.on_epoch_end = epoch_ends


def shorten_large_networks() -> None:
    """Train networks that enlarge their pictures, and published ones, on as few as PyTorch's are at 224 pixels. Keras enlarges in
    the network, so the size of the data does not tell."""
    change_when_loaded({"keras.src.backend.torch.trainer": _shorten_fits})


def _shorten_fits(module: ModuleType) -> None:
    original = module.TorchTrainer.fit
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: Any, *arguments: Any, **keywords: Any) -> Any:
        if not _is_large(self):
            return original(self, *arguments, **keywords)
        bound = signature.bind(self, *arguments, **keywords)
        given = bound.arguments.get("batch_size")
        if isinstance(given, int) or hasattr(
            bound.arguments.get("x"), "shape"
        ):  # arrays, and nothing that makes batches itself
            bound.arguments["batch_size"] = min(given or timelapse.LARGE_BATCH, timelapse.LARGE_BATCH)
        with timelapse.for_a_large_network():
            return original(*bound.args, **bound.kwargs)

    module.TorchTrainer.fit = fit


def _is_large(model: Any) -> bool:
    layers = list(model._flatten_layers())
    enlarges = any(type(layer).__name__ in ENLARGING for layer in layers)
    return (
        enlarges or len(layers) > MOST_LAYERS or sum(int(np.prod(each.shape)) for each in model.weights) > MOST_WEIGHTS
    )


class Steps:
    """Presents a Keras optimizer to a recorder like one of PyTorch's. Its class has the name of Keras's."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer  # kept alive, so that no other one gets its id
        self.param_groups: list[Record] = []

    def look(self, variables: list[Any]) -> None:
        """Read the settings as they are before a step on `variables`."""
        settings = {SETTINGS[name]: value for name, value in vars(self.optimizer).items() if name in SETTINGS}
        if hasattr(self.optimizer, "beta_1"):
            settings["betas"] = [self.optimizer.beta_1, self.optimizer.beta_2]
        factors = [factors_of(each) for each in variables]
        for place, name in enumerate(("l1", "l2")):
            if largest := max((each[place] for each in factors if each), default=0.0):
                settings[name] = largest
        rate = float(str(np.float32(self.optimizer.learning_rate)))  # 0.001, not 0.0010000000474974513
        params = [each.value for each in variables]
        self.param_groups = [{"params": params, "library": "keras", "lr": rate, **settings}]


def steps_of(optimizer: Any) -> Steps:
    """A stand-in whose class has the name of Keras's optimizer."""
    kind: type[Steps] = type(rule_of(optimizer), (Steps,), {})
    return kind(optimizer)


def factors_of(variable: Any) -> tuple[float, float] | None:
    """The factors of |w| and w² that Keras adds to the loss for this weight; None without a regularizer of that kind."""
    regularizer = getattr(variable, "regularizer", None)
    found = tuple(float(getattr(regularizer, name, 0.0) or 0.0) for name in ("l1", "l2"))
    return (found[0], found[1]) if any(found) else None


def _watch_steps(recorder: Recorder, module: ModuleType) -> None:
    original = module.BaseOptimizer.apply
    known: dict[int, Steps] = {}

    @functools.wraps(original)
    def apply(self: Any, grads: Any, trainable_variables: Any = None) -> Any:
        variables = list(trainable_variables) if trainable_variables is not None else list(self._trainable_variables)
        if recorder.paused or not variables or variables[0].value.is_meta:
            return original(self, grads, trainable_variables)
        steps = known.get(id(self))
        if steps is None:
            steps = known[id(self)] = steps_of(self)
        steps.look(variables)
        recorder.before_step(steps)  # type: ignore[arg-type]
        result = original(self, grads, None if trainable_variables is None else variables)
        recorder.after_step(steps)  # type: ignore[arg-type]
        return result

    module.BaseOptimizer.apply = apply


class _Losses:
    """The losses that were computed inside a model's `compute_loss`, which adds penalties to them."""

    inside = 0
    found: Final[list[Callable[[Any], None]]] = []


def _watch_losses(recorder: Recorder, module: ModuleType) -> None:
    original = module.Loss.__call__

    @functools.wraps(original)
    def call(self: Any, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        if recorder.paused:
            return original(self, y_true, y_pred, sample_weight)
        recorder.paused = True  # PyTorch's loss functions below are not separate losses
        try:
            value = original(self, y_true, y_pred, sample_weight)
        finally:
            recorder.paused = False
        if isinstance(y_pred, torch.Tensor) and isinstance(value, torch.Tensor) and not value.is_meta:
            name, options = _described(self, sample_weight)

            def emit(total: Any, bare: bool = False) -> None:
                labels = _tensor(y_true)
                if name == "binary_crossentropy" and labels is not None and labels.numel() == y_pred.numel():
                    answers = y_pred.detach().reshape(-1) > (0.0 if options.get("from_logits") else 0.5)
                    recorder.counted(int((answers ^ (labels.reshape(-1) <= 0.5)).sum()))
                recorder.loss(name, y_pred, labels, options, total, penalties_of(recorder.module), bare)

            if _Losses.inside:
                _Losses.found.append(emit)
            else:
                emit(value, bare=True)
        return value

    module.Loss.__call__ = call


def _described(loss: Any, sample_weight: Any) -> tuple[str, Record]:
    """A loss's name as that of Keras's function, and its relevant options."""
    given = getattr(loss, "_fn_kwargs", {})
    options = {name: given[name] for name in OPTIONS if given.get(name)}
    options |= {"reduction": "sum"} if loss.reduction == "sum" else {}
    options |= {"weighted": True} if sample_weight is not None else {}
    return getattr(getattr(loss, "fn", None), "__name__", type(loss).__name__), options


def _tensor(value: Any) -> torch.Tensor | None:
    try:
        return torch.as_tensor(value).detach()
    except (TypeError, ValueError, RuntimeError):
        return None


def penalties_of(module: Any) -> dict[str, list[float]]:
    """The factors (l1, l2) of each regularized weight of a model, by the weight's name in the module."""
    names = {id(value): name for name, value in module.named_parameters()} if module is not None else {}
    variables = getattr(module, "trainable_variables", None) or ()
    return {
        names[id(each.value)]: list(factors)
        for each in variables
        if (factors := factors_of(each)) and id(each.value) in names
    }


def _watch_totals(recorder: Recorder, module: ModuleType) -> None:
    original = module.Trainer.compute_loss

    @functools.wraps(original)
    def compute_loss(self: Any, *arguments: Any, **keywords: Any) -> Any:
        before = len(_Losses.found)
        _Losses.inside += 1
        try:
            total = original(self, *arguments, **keywords)
        finally:
            _Losses.inside -= 1
            found = _Losses.found[before:]
            del _Losses.found[before:]
        if len(found) == 1 and isinstance(total, torch.Tensor) and not total.is_meta:
            found[0](total)
        return total

    module.Trainer.compute_loss = compute_loss
