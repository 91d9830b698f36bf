"""Reading what functions of other names return: an accuracy in percent, a tuple with the loss, a history of other keys.

A function under its standard name returns what the assignment says. One that was found under another name may return
more, in another order or unit. Which of its numbers is the one is told by what it is on a case with a known answer.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from autograder.worker.probing import loaders, networks, training

PIXELS: Final = 784
CLASSES: Final = 10
SHARE: Final = 0.75  # of the known case's samples that its model gets right
TOLERANCE: Final = 1e-4

Reader = Callable[[Any], Any]
Leaf = tuple[tuple[Any, ...], float]  # where a number is in what was returned, and the number


def accuracy(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    """`evaluate(model, loader)`, returning the fraction of samples that the model gets right."""

    def known() -> Reader:
        model, loader, _ = _known_case()
        returned = evaluate(model, loader)
        return _number_at(returned, SHARE) or _number_at(returned, 100 * SHARE, divisor=100) or _as_it_is

    return _read_by(known, evaluate)


def epoch_loss(train_epoch: Callable[..., Any]) -> Callable[..., Any]:
    """`train_epoch(model, loader, optimizer, loss_fn)`, returning the mean training loss."""

    def known() -> Reader:
        model, loader, loss = _known_case()
        standing_still = training.optimizer({"kind": "SGD", "lr": 0.0}, networks.parameters(model))
        returned = train_epoch(model, loader, standing_still, training.loss("cross-entropy"))
        return _number_at(returned, loss) or _as_it_is

    return _read_by(known, train_epoch)


def history(train_cnn: Callable[..., Any]) -> Callable[..., Any]:
    """`train_cnn(...)`, returning a dictionary with the keys "train_loss", "validation_loss", "validation_accuracy".

    Keys are told by their words; the values of a tuple by the names that the function returns.
    """

    def read(*positional: Any, **named: Any) -> Any:
        returned = train_cnn(*positional, **named)
        if isinstance(returned, tuple):
            names = _returned_names(train_cnn)
            if len(names) == len(returned):
                returned = dict(zip(names, returned, strict=True))
        if not isinstance(returned, Mapping):
            return returned
        return {**returned, **{_key(str(name)): _fractions(str(name), values) for name, values in returned.items()}}

    return read


def _read_by(known: Callable[[], Reader], function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` with its answer read. How is found out at its first call, which changes no random state."""
    readers: list[Reader] = []

    def read(*positional: Any, **named: Any) -> Any:
        if not readers:
            numpy_state = np.random.get_state()  # noqa: NPY002 - the student's code may use it
            try:
                with torch.random.fork_rng():
                    readers.append(known())
            except Exception:
                readers.append(_as_it_is)  # the real call shows the student's error
            finally:
                np.random.set_state(numpy_state)  # noqa: NPY002
        return readers[0](function(*positional, **named))

    return read


def _known_case() -> tuple[nn.Module, Any, float]:
    """A linear model, two batches of which it gets 3 of 4 right each, and its mean cross-entropy on them."""
    model = networks.build([["linear", PIXELS, CLASSES]])
    weight = np.zeros((CLASSES, PIXELS), np.float32)
    weight[:, :CLASSES] = 3 * np.eye(CLASSES, dtype=np.float32)
    inputs = np.zeros((8, PIXELS), np.float32)
    inputs[np.arange(8), np.arange(8)] = 1
    labels = np.arange(8)
    labels[[3, 7]] = 9
    networks.set_weights(model, [weight, np.zeros(CLASSES, np.float32)], networks.inputs(inputs[:2]))
    batches = [(inputs[part], labels[part]) for part in (slice(4), slice(4, 8))]
    outputs = networks.tensor(networks.output(model, networks.inputs(inputs)))
    loss = float(nn.functional.cross_entropy(outputs, networks.tensor(labels)))
    return model, loaders.fixed(batches), loss


def _number_at(returned: Any, value: float, divisor: float = 1.0) -> Reader | None:
    """A reader for the place where `value` is in what was returned; None where it is nowhere."""
    for path, number in _leaves(returned):
        if abs(number - value) <= TOLERANCE * value:
            return lambda other, path=path: _at(other, path, divisor)  # type: ignore[misc]
    return None


def _at(returned: Any, path: tuple[Any, ...], divisor: float) -> Any:
    for step in path:
        returned = returned[step]
    number = float(returned)
    return number / divisor


def _leaves(value: Any) -> Iterator[Leaf]:
    match value:
        case Mapping():
            inner: Any = value.items()
        case list() | tuple():
            inner = enumerate(value)
        case str() | None:
            return
        case _:
            try:
                yield (), float(value)
            except (TypeError, ValueError, RuntimeError):
                return
            return
    for key, entry in inner:
        for path, number in _leaves(entry):
            yield (key, *path), number


def _as_it_is(value: Any) -> Any:
    return value


def _returned_names(function: Callable[..., Any]) -> list[str]:
    """The names in the function's last `return a, b, c`; empty where they can't be told."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError):
        return []
    returns = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    match returns[-1:]:
        case [ast.Tuple(elts=elements)]:
            return [ast.unparse(element) for element in elements]
    return []


def _key(name: str) -> str:
    """'val_accs' is "validation_accuracy"; a name that says nothing known stays."""
    words = name.lower()
    what = "accuracy" if "acc" in words else "loss" if "loss" in words else ""
    split = "validation" if any(word in words for word in ("val", "test", "dev")) else "train"
    return f"{split}_{what}" if what else name


def _fractions(name: str, values: Any) -> Any:
    """Accuracies in percent as fractions."""
    if "acc" not in name.lower() or not isinstance(values, list | tuple) or not values:
        return values
    try:
        return [float(value) / 100 for value in values] if max(map(float, values)) > 1.5 else values
    except (TypeError, ValueError):
        return values
