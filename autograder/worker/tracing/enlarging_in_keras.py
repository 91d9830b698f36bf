"""The same for Keras, in a run on cut data sets: 96 pixels across where code asks for more.

There a network has the size of its pictures in its inputs (`keras.Input`, and `input_shape` of a published one), so these are
changed with the layers and functions that enlarge. 96 is three times CIFAR-10's 32, which an `UpSampling2D` can reach, and enough
for each of `keras.applications` (Xception and InceptionV3 ask for more than 64).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from autograder.worker.library_data import change_when_loaded
from autograder.worker.tracing.enlarging import smaller

SIDE: Final = 96  # pixels
FACTOR: Final = 3  # 32 pixels to 96
COLOURS: Final = 3


def enlarge_less_in_keras() -> None:
    """From now on, in this process."""
    change_when_loaded(
        {
            "keras.src.layers.preprocessing.image_preprocessing.resizing": lambda module: _change_given(
                module.Resizing, "__init__", {"height": _smaller, "width": _smaller}
            ),
            "keras.src.layers.reshaping.up_sampling2d": lambda module: _change_given(
                module.UpSampling2D, "__init__", {"size": _smaller_factor}
            ),
            "keras.src.layers.core.input_layer": lambda module: _change_given(
                module.InputLayer, "__init__", {"shape": smaller_shape, "batch_shape": smaller_shape}
            ),
            "keras.src.ops.image": lambda module: _change_given(module, "resize", {"size": _smaller}),
        }
    )


def smaller_shape(shape: Any) -> Any:
    """The shape of a picture in colours, in either layout, or of a batch of them, with at most 96 pixels across; others stay."""
    in_colours = isinstance(shape, list | tuple) and len(shape) in (3, 4) and COLOURS in (shape[-1], shape[-3])
    return (*shape[:-3], *smaller(shape[-3:], SIDE)) if in_colours else shape


def _smaller(size: Any) -> Any:
    return smaller(size, SIDE)


def _smaller_factor(factor: Any) -> Any:
    factors = factor if isinstance(factor, list | tuple) else [factor]
    return FACTOR if all(isinstance(each, int) and each > FACTOR for each in factors) else factor


def _change_given(owner: Any, name: str, changes: Mapping[str, Callable[[Any], Any]]) -> None:
    """Change some arguments that a function of a module or class is given, before it is called."""
    original = getattr(owner, name)
    signature = inspect.signature(original)

    @functools.wraps(original)
    def call(*given: Any, **options: Any) -> Any:
        bound = signature.bind(*given, **options)
        for key, change in changes.items():
            if key in bound.arguments:
                bound.arguments[key] = change(bound.arguments[key])
        return original(*bound.args, **bound.kwargs)

    call.__signature__ = signature  # type: ignore[attr-defined]  # Keras looks up a layer's parameters to save it
    setattr(owner, name, call)
