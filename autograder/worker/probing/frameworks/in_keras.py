"""Keras's implementation of `frameworks.Framework`: Keras 3 with PyTorch as its backend.

Students' functions are given NumPy arrays, as Keras's own functions take them. Importing this takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import keras
import numpy as np
import torch
from torch import nn

MODEL: Final = "keras.Model"
TO_TRAIN: Final = "call it with `training=True`"
TO_EVALUATE: Final = "call it with `training=False`"
CHANNELS_LAST: Final = True
KEEPS_GRADIENTS: Final = False  # PyTorch below records them, but Keras code doesn't control that
L2_IS_A_PENALTY: Final = True
OPTIONS: Final = {"lr": "learning_rate", "eps": "epsilon"}  # PyTorch's name of an optimizer's option, and Keras's


def warm_up() -> None:
    """Take one training step, so that a student's first step has nothing left to import."""
    if keras.backend.backend() != "torch":
        raise RuntimeError(f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=torch before it is imported")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model.compile(optimizer="adam", loss=loss("cross-entropy"))
    model.train_on_batch(np.zeros((1, 2), np.float32), np.zeros(1, np.int64))


def inputs(array: np.ndarray) -> np.ndarray:
    return np.array(np.moveaxis(array, 1, -1) if np.ndim(array) == 4 else array, order="C")


def labels(array: np.ndarray) -> np.ndarray:
    return np.array(array)


def loader(batches: Any) -> Batches:
    return Batches(batches)


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Batches of NumPy arrays, to iterate over, or for `fit`, `evaluate` and `predict`.

    They keep their given order, whatever order `fit` asks for: what should be shuffled is so already.
    """

    def __init__(self, batches: Any) -> None:
        super().__init__()
        self._batches = batches
        self._running: Iterator[tuple[np.ndarray, np.ndarray]] = iter(())

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for x, y in self._batches:
            yield x.cpu().numpy(), y.cpu().numpy()

    def on_epoch_begin(self) -> None:
        self._running = iter(self)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        if not 0 <= index < len(self):
            raise IndexError(index)
        batch = next(self._running, None)
        if batch is None:
            self.on_epoch_begin()
            batch = next(self._running)
        return batch

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._batches, name)


def build(layers: Sequence[Sequence[Any]]) -> nn.Module:
    kinds: dict[str, Any] = {
        "linear": lambda inputs, outputs: keras.layers.Dense(outputs),
        "relu": keras.layers.ReLU,
        "sigmoid": lambda: keras.layers.Activation("sigmoid"),
        "tanh": lambda: keras.layers.Activation("tanh"),
        "dropout": keras.layers.Dropout,
        "batch-norm": lambda features: keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5),  # as in PyTorch
        "batch-norm-2d": lambda features: keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        "conv": lambda inputs, outputs, size: keras.layers.Conv2D(outputs, size, padding="same"),
        "max-pool": keras.layers.MaxPooling2D,
        "flatten": keras.layers.Flatten,
    }
    model: nn.Module = keras.Sequential([kinds[kind](*arguments) for kind, *arguments in layers])
    return model


def is_model(value: Any) -> bool:
    return isinstance(value, keras.Model)


def forward(model: nn.Module, x: Any, *, training: bool) -> Any:
    return model(x, training=training)


def in_training(model: Any) -> bool:
    """From the call's context: in Keras the mode is an argument of the call, not a state of the model."""
    return bool(model._get_call_context().get_value("training"))


def prepare(model: Any, x: Any) -> None:
    if not model.built:
        with torch.no_grad():
            forward(model, x, training=False)


def parameters(model: Any) -> list[nn.Parameter]:
    return [variable.value for variable in model.trainable_variables]


def statistics(model: Any) -> list[torch.Tensor]:
    return [variable.value for variable in model.non_trainable_weights]


def freeze(model: Any, indices: Iterable[int]) -> None:
    every = parameters(model)
    chosen = {id(every[index]) for index in indices}
    for layer in model.layers:
        own = {id(parameter) for parameter in parameters(layer)}
        if own and own <= chosen:
            layer.trainable = False


def optimizer(settings: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> Any:
    """A Keras optimizer gets its variables with the first step, so `parameters` are not needed."""
    options = {OPTIONS.get(name, name): value for name, value in settings.items() if name != "kind"}
    return getattr(keras.optimizers, settings["kind"])(**options)


def is_optimizer(value: Any) -> bool:
    return isinstance(value, keras.optimizers.Optimizer)


def on_step(optimizer: Any, action: Callable[[], None]) -> None:
    apply = optimizer.apply

    def watched(*positional: Any, **named: Any) -> Any:
        result = apply(*positional, **named)
        action()
        return result

    optimizer.apply = watched


def stepping(make: Callable[[Any], Any], parameters: Sequence[nn.Parameter]) -> Callable[[], None]:
    variables = [keras.Variable(parameter.detach().cpu().numpy()) for parameter in parameters]
    made = make(variables)

    def step() -> None:
        with torch.no_grad():
            made.apply([parameter.grad for parameter in parameters], variables)
            for parameter, variable in zip(parameters, variables, strict=True):
                parameter.copy_(variable.value)

    return step


def loss(name: str) -> Any:
    losses: dict[str, Callable[[], Any]] = {
        "cross-entropy": lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "binary cross-entropy": keras.losses.BinaryCrossentropy,
    }
    return losses[name]()
