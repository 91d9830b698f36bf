"""Names of older versions of Keras, as in students' code and tutorials: Keras 3 has moved what they mean."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

# Removed modules: where their contents are now.
MOVED: Final = {
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.utils.vis_utils": "keras.utils",
    "keras.utils.layer_utils": "keras.utils",
    "keras.layers.core": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.experimental": "keras.layers",
    "keras.layers.experimental.preprocessing": "keras.layers",
    "keras.engine": "keras",
    "keras.engine.training": "keras",
    "keras.preprocessing.text": "keras.src.legacy.preprocessing.text",
}
# Modules that exist but have lost names: where those are now.
KEPT: Final = {"keras.preprocessing.image": "keras.src.legacy.preprocessing.image"}


def fill_in() -> None:
    """Make the imports and optimizer arguments of code written for Keras 2 work. Keras must be imported already."""
    for old, new in MOVED.items():
        if old not in sys.modules:
            _let_stand(old, importlib.import_module(new))
    for old, new in KEPT.items():
        here, there = importlib.import_module(old), importlib.import_module(new)
        for name in vars(there):
            if name[:1].isupper() and not hasattr(here, name):
                setattr(here, name, getattr(there, name))
    _let_optimizers_take_older_settings()


def _let_stand(old: str, module: ModuleType) -> None:
    sys.modules[old] = module
    parent, _, name = old.rpartition(".")
    above = importlib.import_module(parent)
    if not hasattr(above, name):
        setattr(above, name, module)


def _let_optimizers_take_older_settings() -> None:
    import keras

    for name, kind in vars(keras.optimizers).items():
        if isinstance(kind, type) and issubclass(kind, keras.optimizers.Optimizer) and "__init__" in vars(kind):
            setattr(kind, "__init__", _with_older_settings(vars(kind)["__init__"]))  # noqa: B010 - mypy can't know which it is
            if hasattr(keras.optimizers.legacy, name):
                setattr(keras.optimizers.legacy, name, kind)


def _with_older_settings(original: Callable[..., None]) -> Callable[..., None]:
    """`lr`, and `decay`: the rate at step t is lr / (1 + decay · t) (Keras 2.2, `optimizers.SGD.get_updates`)."""
    signature = inspect.signature(original)

    @functools.wraps(original)
    def initialise(self: Any, *given: Any, **named: Any) -> None:
        import keras

        if "lr" in named:
            named["learning_rate"] = named.pop("lr")
        if decay := named.pop("decay", 0):
            bound = signature.bind(self, *given, **named)
            bound.apply_defaults()
            if isinstance(rate := bound.arguments["learning_rate"], int | float):
                bound.arguments["learning_rate"] = keras.optimizers.schedules.InverseTimeDecay(rate, 1, decay)
            given, named = bound.args[1:], bound.kwargs
        original(self, *given, **named)

    return initialise
