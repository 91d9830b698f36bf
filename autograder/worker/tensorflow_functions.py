"""The TensorFlow functions that Keras notebooks use besides Keras, computed by PyTorch, which is Keras's backend here.

They are those of beginners' notebooks: seeds, tensors, sums and means, `GradientTape`, `tf.data` over arrays. Anything else
raises the stand-in's own error (`tensorflow_shim.py`).
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch

from autograder.worker.tensorflow_data import Dataset
from autograder.worker.tensorflow_placeholders import NO_VALUES, Anything
from autograder.worker.tensorflow_tensors import GradientTape

VERSION: Final = "2.16.1"
DTYPES: Final = "float16 float32 float64 int8 int32 int64 uint8 bool string".split()
# TensorFlow's name -> the name of the same function in `keras.ops`, and TensorFlow's parameter names in the order of `keras.ops`.
OPERATIONS: Final = {
    **{f"reduce_{name}": (name, "input_tensor axis keepdims") for name in "mean sum max min prod any all".split()},
    **{name: (name, "x") for name in "abs square sqrt exp sign log sin cos tanh sigmoid round".split()},
    **{
        name: (name, "x y")
        for name in "maximum minimum equal not_equal greater greater_equal less less_equal logical_and logical_or".split()
        + "add subtract multiply divide".split()
    },
    **{name: (name, "input axis") for name in "expand_dims squeeze".split()},
    **{name: (name, "input dtype") for name in "zeros_like ones_like".split()},
    **{name: (name, "shape dtype") for name in "zeros ones".split()},
    "abs": ("abs", "x"),
    "argmin": ("argmin", "input axis"),
    "cast": ("cast", "x dtype"),
    "clip_by_value": ("clip", "t clip_value_min clip_value_max"),
    "concat": ("concatenate", "values axis"),
    "convert_to_tensor": ("convert_to_tensor", "value dtype"),
    "cumsum": ("cumsum", "x axis"),
    "eye": ("eye", "num_rows num_columns"),
    "fill": ("full", "dims value"),
    "gather": ("take", "params indices axis"),
    "linspace": ("linspace", "start stop num"),
    "logical_not": ("logical_not", "x"),
    "pad": ("pad", "tensor paddings mode constant_values"),
    "pow": ("power", "x y"),
    "repeat": ("repeat", "input repeats axis"),
    "reshape": ("reshape", "tensor shape"),
    "reverse": ("flip", "tensor axis"),
    "shape": ("shape", "input"),
    "sort": ("sort", "values axis"),
    "split": ("split", "value num_or_size_splits axis"),
    "stack": ("stack", "values axis"),
    "stop_gradient": ("stop_gradient", "input"),
    "tensordot": ("tensordot", "a b axes"),
    "tile": ("tile", "input multiples"),
    "transpose": ("transpose", "a perm"),
    "unstack": ("unstack", "value num axis"),
    "where": ("where", "condition x y"),
}
MATHEMATICS: Final = (
    "abs sqrt square exp log log10 sin cos tanh sigmoid add multiply subtract divide maximum minimum equal argmax"
).split()
NETWORK: Final = {  # likewise
    **{name: (name, "x") for name in "sigmoid tanh softplus".split()},
    **{name: (name, "features alpha") for name in "relu elu selu gelu leaky_relu silu".split()},
    **{name: (name, "logits axis") for name in "softmax log_softmax".split()},
}
SAME_IN_KERAS: Final = "losses optimizers metrics initializers".split()  # modules


def functions() -> dict[str, Any]:
    """The contents of `tensorflow` besides Keras: functions by name, and dictionaries for submodules."""
    import keras

    ops: Any = keras.ops
    found: dict[str, Any] = {
        name: _renamed(getattr(ops, ours), parameters) for name, (ours, parameters) in OPERATIONS.items()
    }
    found |= {name: name for name in DTYPES}
    found |= {name: getattr(keras, name) for name in SAME_IN_KERAS}
    reduced = {name: found[name] for name in found if name.startswith("reduce_")}
    found |= {
        "__version__": VERSION,
        "constant": _constant,
        "identity": _constant,
        "Tensor": torch.Tensor,
        "Variable": keras.Variable,
        "argmax": _argmax,
        "matmul": _matmul,
        "add_n": lambda inputs, **_: functools.reduce(operator.add, inputs),
        "clip_by_norm": _clip_by_norm,
        "clip_by_global_norm": _clip_by_global_norm,
        "norm": _norm,
        "one_hot": lambda indices, depth, **_: ops.one_hot(indices, depth),
        "range": _range,
        "rank": lambda input, **_: torch.tensor(torch.as_tensor(input).dim()),
        "size": lambda input, **_: torch.tensor(torch.as_tensor(input).numel()),
        "function": _function,
        "device": lambda *_: contextlib.nullcontext(),
        "print": print,
        "GradientTape": GradientTape,
        "executing_eagerly": lambda: True,
        "get_logger": Anything,
        "config": Anything(),
        "compat": Anything(),
        "test": Anything(),
        **NO_VALUES,
        "autograph": Anything(),
        "random": _random(),
        "math": _mathematics() | reduced,
        "linalg": {"norm": _norm, "matmul": _matmul},
        "nn": _network(),
        "image": {"resize": lambda images, size, *_, **__: ops.image.resize(images, size)},
        "data": {"Dataset": Dataset, "AUTOTUNE": -1, "experimental": {"AUTOTUNE": -1}},
    }
    return found


def _random() -> dict[str, Any]:
    """`tensorflow.random`; `set_seed` is called by Keras itself, in its `set_random_seed`."""
    return {
        "set_seed": torch.manual_seed,
        "normal": lambda shape, mean=0.0, stddev=1.0, **_: mean + stddev * torch.randn(tuple(shape)),
        "truncated_normal": lambda shape, mean=0.0, stddev=1.0, **_: torch.nn.init.trunc_normal_(
            torch.empty(tuple(shape)), mean, stddev, mean - 2 * stddev, mean + 2 * stddev
        ),
        "uniform": lambda shape, minval=0.0, maxval=1.0, **_: minval + (maxval - minval) * torch.rand(tuple(shape)),
        "shuffle": lambda value, **_: value[torch.randperm(len(value))],
    }


def _mathematics() -> dict[str, Any]:
    """`tensorflow.math`, besides its reductions."""
    import keras

    ops: Any = keras.ops
    renamed = {name: _renamed(getattr(ops, name), "x y") for name in MATHEMATICS}
    return renamed | {
        "argmax": _argmax,
        "confusion_matrix": _confusion_matrix,
        "reduce_std": _renamed(ops.std, "input_tensor axis keepdims"),
        "reduce_variance": _renamed(ops.var, "input_tensor axis keepdims"),
    }


def _network() -> dict[str, Any]:
    """`tensorflow.nn`."""
    import keras

    ops: Any = keras.ops
    renamed = {name: _renamed(getattr(ops, ours), parameters) for name, (ours, parameters) in NETWORK.items()}
    return renamed | {
        "sparse_softmax_cross_entropy_with_logits": lambda labels, logits: ops.sparse_categorical_crossentropy(
            labels, logits, from_logits=True
        ),
        "sigmoid_cross_entropy_with_logits": lambda labels, logits, **_: (
            torch.nn.functional.binary_cross_entropy_with_logits(
                _constant(logits), _constant(labels, "float32"), reduction="none"
            )
        ),
        "l2_loss": lambda t, **_: ops.sum(ops.square(t)) / 2,
        "softmax_cross_entropy_with_logits": lambda labels, logits: ops.categorical_crossentropy(
            labels, logits, from_logits=True
        ),
    }


def _renamed(function: Callable[..., Any], parameters: str) -> Callable[..., Any]:
    """The function, also taking TensorFlow's `parameters`, given in its own order, as keywords; `name` is ignored."""
    own = dict(zip(parameters.split(), inspect.signature(function).parameters, strict=False))

    def call(*arguments: Any, **keywords: Any) -> Any:
        return function(*arguments, **{own.get(key, key): value for key, value in keywords.items() if key != "name"})

    return functools.wraps(function)(call)


def _function(function: Any = None, **_: Any) -> Any:
    return function if callable(function) else (lambda own: own)


def _constant(value: Any, dtype: Any = None, **_: Any) -> Any:
    import keras

    return keras.ops.convert_to_tensor(value, dtype=dtype)


def _range(start: Any = 0, limit: Any = None, delta: Any = 1, dtype: Any = None, **_: Any) -> Any:
    import keras

    first, end = (0, start) if limit is None else (start, limit)
    return keras.ops.arange(first, end, delta, dtype=dtype)


def _argmax(input: Any, axis: int = 0, **_: Any) -> Any:
    import keras

    return keras.ops.argmax(input, axis=axis)


def _matmul(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, **_: Any) -> Any:
    import keras

    ops: Any = keras.ops
    return ops.matmul(ops.swapaxes(a, -1, -2) if transpose_a else a, ops.swapaxes(b, -1, -2) if transpose_b else b)


def _clip_by_norm(t: Any, clip_norm: float, **_: Any) -> Any:
    return t * (clip_norm / torch.clamp(_norm(t), min=clip_norm))


def _clip_by_global_norm(t_list: Any, clip_norm: float, **_: Any) -> tuple[list[Any], Any]:
    norm = torch.sqrt(functools.reduce(operator.add, (_norm(each) ** 2 for each in t_list)))
    factor = clip_norm / torch.clamp(norm, min=clip_norm)
    return [each * factor for each in t_list], norm


def _norm(tensor: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    import keras

    ops: Any = keras.ops
    if axis is None:  # over all numbers, whatever the shape
        tensor = ops.reshape(tensor, (-1,))
    return ops.norm(tensor, ord=None if ord == "euclidean" else ord, axis=axis, keepdims=keepdims)


def _confusion_matrix(labels: Any, predictions: Any, num_classes: int | None = None, **_: Any) -> torch.Tensor:
    truth, answers = (torch.as_tensor(np.asarray(each)).reshape(-1).long() for each in (labels, predictions))
    size = num_classes or int(max(truth.max(), answers.max())) + 1
    return torch.bincount(truth * size + answers, minlength=size * size).reshape(size, size)
