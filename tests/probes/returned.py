"""Adapters of functions under other names: an accuracy in percent, a tuple with the loss, a history of other keys.

A function under its standard name returns what the assignment says. One that was found under another name may return
more, in another order or unit. Which of its numbers is the one is told by what it is on a case with a known answer, or
by its key. A plotting function of another name is given records that answer to the keys of its author.
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

LONGEST_NAME: Final = 30  # characters of an optimizer's name
RECORD_KEYS: Final = {"train_loss", "test_loss", "train_accuracy", "test_accuracy", "seconds", "parameters"}

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
        returned = _fields(_by_returned_names(train_cnn, train_cnn(*positional, **named)))
        if not isinstance(returned, Mapping):
            return returned
        return {**returned, **{_key(str(name)): _fractions(str(name), values) for name, values in returned.items()}}

    read.__wrapped__ = train_cnn  # type: ignore[attr-defined]
    return read


def comparison(compare: Callable[..., Any]) -> Callable[..., Any]:
    """`compare_...(...)`, returning for each configuration a dictionary with keys such as "train_loss" and "seconds".

    An entry may be any record with fields, its keys are told by their words. Several dictionaries, one for the losses, one
    for the accuracies, are turned over, by the names that the function returns or by their keys.
    """

    def read(*positional: Any, **named: Any) -> Any:
        returned = _turned_over(_by_returned_names(compare, compare(*positional, **named)))
        if not isinstance(returned, Mapping):
            return returned
        return {name: _entry(entry) for name, entry in returned.items()}

    return read


def final_comparison(compare: Callable[..., Any]) -> Callable[..., Any]:
    """As `comparison`, with the last of several test accuracies where only the final one is asked for."""

    def read(*positional: Any, **named: Any) -> Any:
        returned = comparison(compare)(*positional, **named)
        for entry in returned.values() if isinstance(returned, Mapping) else ():
            if isinstance(entry, dict) and isinstance(entry.get("test_accuracy"), list | tuple):
                entry["test_accuracy"] = next(iter(entry["test_accuracy"][-1:]), None)
        return returned

    return read


def given_comparison(plot: Callable[..., Any]) -> Callable[..., Any]:
    """A plotting function, given a comparison whose entries answer to other keys, and as attributes too."""

    def draw(given: Any) -> Any:
        return plot({name: Answering(entry) for name, entry in given.items()} if isinstance(given, Mapping) else given)

    return draw


def given_history(plot: Callable[..., Any]) -> Callable[..., Any]:
    """As `given_comparison`, for one history."""

    def draw(given: Any) -> Any:
        return plot(Answering(given) if isinstance(given, Mapping) else given)

    return draw


def optimizer_name(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build_optimizer(name, parameters)`, called by its author's names: "sgd_momentum" or "Momentum" for "SGD+Momentum".

    Those are the texts in its source; a standard name that none of them stands for is given as it is.
    """
    # Of several the first stays; "momentum" alone may be the optimizer's own argument, so "sgd_momentum" comes before it.
    texts = sorted(_texts(build), key=lambda text: "sgd" not in text.lower())
    authors = {_optimizer(text): text for text in reversed(texts)}

    def call(name: str, *positional: Any, **named: Any) -> Any:
        return build(name if name in authors.values() else authors.get(name, name), *positional, **named)

    return call


def _optimizer(text: str) -> str:
    letters = "".join(each for each in text.lower() if each.isalpha())
    signs = {"momentum": "SGD+Momentum", "sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam"}
    return next((name for sign, name in signs.items() if sign in letters), text)


def _texts(function: Callable[..., Any]) -> list[str]:
    """The short texts in a function's source, in order, without its docstring; none where the source can't be told."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError):
        return []
    comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in comments]
    texts = [node.value for node in constants if isinstance(node.value, str)]
    return [text for text in texts if len(text) < LONGEST_NAME]


class Answering(dict[str, Any]):
    """A record that answers to whatever name its reader has for a field: `r["train_acc"]`, `r.accuracy`, `r["loss"]`."""

    def __missing__(self, key: str) -> Any:
        alike = [own for own in self if _record_key(own) == _record_key(str(key))]
        if not alike:
            what = _record_key(str(key)).rpartition("_")[2]
            alike = [own for own in self if own.rpartition("_")[2] == what]
        if len(alike) != 1:
            raise KeyError(key)
        return self[alike[0]]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


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


def _by_returned_names(function: Callable[..., Any], returned: Any) -> Any:
    """A plain tuple as a dictionary, by the names in the function's `return a, b`; all else as it is."""
    if type(returned) is tuple:
        names = _returned_names(function)
        if len(names) == len(returned):
            return dict(zip(names, returned, strict=True))
    return returned


def _fields(record: Any) -> Any:
    """The fields of a namedtuple, a dataclass or another plain object; all else as it is."""
    if isinstance(record, Mapping):
        return record
    if hasattr(record, "_asdict"):
        return record._asdict()
    if hasattr(record, "__dict__") and not isinstance(record, type | torch.Tensor | nn.Module) and not callable(record):
        return dict(vars(record))
    return record


def _entry(entry: Any) -> Any:
    """One configuration's record, with the standard keys beside its own."""
    fields = _fields(entry)
    if not isinstance(fields, Mapping):
        return entry
    return {**fields, **{_record_key(str(key)): _fractions(str(key), value) for key, value in fields.items()}}


def _turned_over(returned: Any) -> Any:
    """{"losses": {"relu": ...}, "accs": {"relu": ...}} as {"relu": {"losses": ..., "accs": ...}}."""
    if not isinstance(returned, Mapping) or not returned:
        return returned
    inner = list(returned.values())
    known = all(_record_key(str(key)) in RECORD_KEYS for key in returned)
    if not known or not all(isinstance(one, Mapping) and one.keys() == inner[0].keys() for one in inner):
        return returned
    return {name: {key: returned[key][name] for key in returned} for name in inner[0]}


def _record_key(name: str) -> str:
    """'test_accs' is "test_accuracy", 'time' "seconds"; an accuracy or a loss of no split is the test accuracy, the
    training loss; a name that says nothing known stays."""
    words = name.lower()
    if "acc" in words:
        return "train_accuracy" if "train" in words else "test_accuracy"
    if "loss" in words:
        return "test_loss" if any(word in words for word in ("val", "test")) else "train_loss"
    if any(word in words for word in ("time", "sec", "duration", "elapsed")):
        return "seconds"
    return "parameters" if "param" in words else name


def _key(name: str) -> str:
    """'val_accs' is "validation_accuracy"; a name that says nothing known stays."""
    words = name.lower()
    what = "accuracy" if "acc" in words else "loss" if "loss" in words else ""
    split = "validation" if any(word in words for word in ("val", "test", "dev")) else "train"
    return f"{split}_{what}" if what else name


def _fractions(name: str, values: Any) -> Any:
    """Accuracies in percent as fractions."""
    if "acc" not in name.lower():
        return values
    try:
        if not isinstance(values, list | tuple):
            return float(values) / 100 if float(values) > 1.5 else values
        return [float(value) / 100 for value in values] if values and max(map(float, values)) > 1.5 else values
    except (TypeError, ValueError):
        return values
