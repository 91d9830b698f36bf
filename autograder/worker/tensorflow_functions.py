"""The functions of TensorFlow that Keras notebooks use beside its Keras, on what computes for Keras here: PyTorch.

They are those of beginners' notebooks: seeds, tensors, sums and means, `GradientTape`, `tf.data` over arrays. What is not here
raises the stand-in's own error (`tensorflow_shim.py`).
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import torch
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as Samples

VERSION: Final = "2.16.1"
DTYPES: Final = "float16 float32 float64 int8 int32 int64 uint8 bool string".split()
# Names of TensorFlow, with those of the same function in `keras.ops`.
OPERATIONS: Final = {
    "reduce_mean": "mean",
    "reduce_sum": "sum",
    "reduce_max": "max",
    "reduce_min": "min",
    "concat": "concatenate",
    "pow": "power",
    **{
        name: name
        for name in (
            "abs square sqrt exp sign maximum minimum equal greater less logical_and reshape expand_dims squeeze stack zeros "
            "ones zeros_like ones_like eye matmul transpose where clip cast convert_to_tensor tanh sigmoid round linspace tile "
            "shape add subtract multiply divide tensordot repeat unstack cumsum"
        ).split()
    },
}
MATHEMATICS: Final = (
    "abs sqrt square exp log log10 sin cos tanh sigmoid add multiply subtract divide maximum minimum equal argmax"
).split()
NETWORK: Final = "relu sigmoid tanh softmax elu selu gelu leaky_relu softplus log_softmax silu".split()


def functions() -> dict[str, Any]:
    """What `tensorflow` has beside its Keras: names with functions, and with dictionaries for what lies below."""
    import keras

    ops: Any = keras.ops
    found = {name: getattr(ops, ours) for name, ours in OPERATIONS.items() if hasattr(ops, ours)}
    found |= {name: name for name in DTYPES}
    reduced = {name: found[name] for name in found if name.startswith("reduce_")}
    found |= {
        "__version__": VERSION,
        "constant": _constant,
        "identity": _constant,
        "Tensor": torch.Tensor,
        "Variable": keras.Variable,
        "argmax": _argmax,
        "clip_by_value": ops.clip,
        "norm": _norm,
        "one_hot": lambda indices, depth, **_: ops.one_hot(indices, depth),
        "range": lambda *arguments, **_: ops.arange(*arguments),
        "function": _function,
        "device": lambda *_: contextlib.nullcontext(),
        "print": print,
        "GradientTape": GradientTape,
        "executing_eagerly": lambda: True,
        "get_logger": Anything,
        "config": Anything(),
        "compat": Anything(),
        "autograph": Anything(),
        "random": {
            "set_seed": torch.manual_seed,  # which Keras calls itself, from its `set_random_seed`
            "normal": lambda shape, mean=0.0, stddev=1.0, **_: mean + stddev * torch.randn(tuple(shape)),
            "uniform": lambda shape, minval=0.0, maxval=1.0, **_: minval + (maxval - minval) * torch.rand(tuple(shape)),
            "shuffle": lambda value, **_: value[torch.randperm(len(value))],
        },
        "math": {name: getattr(ops, name) for name in MATHEMATICS}
        | reduced
        | {"argmax": _argmax, "confusion_matrix": _confusion_matrix},
        "linalg": {"norm": _norm, "matmul": ops.matmul},
        "nn": {name: getattr(ops, name) for name in NETWORK if hasattr(ops, name)}
        | {
            "sparse_softmax_cross_entropy_with_logits": lambda labels, logits: ops.sparse_categorical_crossentropy(
                labels, logits, from_logits=True
            ),
            "softmax_cross_entropy_with_logits": lambda labels, logits: ops.categorical_crossentropy(
                labels, logits, from_logits=True
            ),
        },
        "image": {"resize": lambda images, size, *_, **__: ops.image.resize(images, size)},
        "data": {"Dataset": Dataset, "AUTOTUNE": -1, "experimental": {"AUTOTUNE": -1}},
    }
    return found


def let_tensors_be_read() -> None:
    """TensorFlow's tensors give their numbers also where gradients are followed; those of PyTorch do so from now on."""
    for name in ("numpy", "__array__"):
        setattr(torch.Tensor, name, _detached(getattr(torch.Tensor, name)))


def _detached(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def read(self: torch.Tensor, *arguments: Any, **keywords: Any) -> Any:
        return original(self.detach(), *arguments, **keywords)

    return read


class Anything:
    """Settings and logs that mean nothing here: every attribute and every call is one more of it, and it holds nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *_: Any, **__: Any) -> Anything:
        return Anything()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False


class GradientTape:
    """`tf.GradientTape`: PyTorch follows all computations anyway, so a tape only asks it for gradients."""

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def watch(self, tensor: Any) -> None:
        """Follow a tensor; a structure of tensors is not taken."""
        if isinstance(tensor, torch.Tensor) and tensor.is_leaf:
            tensor.requires_grad_(True)

    def gradient(self, target: Any, sources: Any, **_: Any) -> Any:
        """The gradients of the sum of `target` by each of the sources, in their form; None where there is none."""
        single = not isinstance(sources, list | tuple)
        wanted = [_value(each) for each in ([sources] if single else sources)]
        before = [each.grad for each in wanted]
        for each in wanted:
            each.grad = None
        value = _value(target)
        value = value if value.dim() == 0 else value.sum()
        value.backward(retain_graph=self._persistent)  # and not torch.autograd.grad, which nobody watches
        found = [each.grad for each in wanted]
        for each, old in zip(wanted, before, strict=True):
            each.grad = old
        return found[0] if single else found


def _value(source: Any) -> torch.Tensor:
    value: torch.Tensor = getattr(source, "value", source)
    return value() if callable(value) else value


def _function(function: Any = None, **_: Any) -> Any:
    return function if callable(function) else (lambda own: own)


def _constant(value: Any, dtype: Any = None, **_: Any) -> Any:
    import keras

    return keras.ops.convert_to_tensor(value, dtype=dtype)


def _argmax(input: Any, axis: int = 0, **_: Any) -> Any:
    import keras

    return keras.ops.argmax(input, axis=axis)


def _norm(tensor: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    import keras

    ops: Any = keras.ops
    if axis is None:  # of all numbers, whatever the shape
        tensor = ops.reshape(tensor, (-1,))
    return ops.norm(tensor, ord=None if ord == "euclidean" else ord, axis=axis, keepdims=keepdims)


def _confusion_matrix(labels: Any, predictions: Any, num_classes: int | None = None, **_: Any) -> torch.Tensor:
    truth, answers = (torch.as_tensor(np.asarray(each)).reshape(-1).long() for each in (labels, predictions))
    size = num_classes or int(max(truth.max(), answers.max())) + 1
    return torch.bincount(truth * size + answers, minlength=size * size).reshape(size, size)


class _Slices(Samples[Any]):
    """Samples that are slices of arrays, each through some functions."""

    def __init__(self, arrays: Any, functions: tuple[Callable[..., Any], ...] = ()) -> None:
        self.arrays, self.functions = arrays, functions

    def __len__(self) -> int:
        first = next(iter(self.arrays.values())) if isinstance(self.arrays, Mapping) else self.arrays
        return len(first[0] if isinstance(first, tuple) else first)

    def __getitem__(self, index: int) -> Any:
        whole = isinstance(self.arrays, tuple)
        sample = tuple(_tensor(each[index]) for each in self.arrays) if whole else _tensor(self.arrays[index])
        for function in self.functions:
            sample = function(*sample) if isinstance(sample, tuple) else function(sample)
        return sample


def _tensor(value: Any) -> torch.Tensor:
    return torch.as_tensor(np.asarray(value))


class Dataset(DataLoader[Any]):
    """`tf.data.Dataset` over arrays. It is a data loader, so that it is cut, followed and fitted as one."""

    def __init__(
        self,
        samples: _Slices,
        batch: int | None = None,
        shuffled: bool = False,
        after: Sequence[Callable[..., Any]] = (),
    ) -> None:
        super().__init__(samples, batch_size=batch, shuffle=shuffled)
        self._samples, self._batch, self._shuffled, self._after = samples, batch, shuffled, tuple(after)

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """A sample for each entry of an array, or of each of several arrays."""
        return Dataset(_Slices(tuple(tensors) if isinstance(tensors, list | tuple) else tensors))

    def shuffle(self, *_: Any, **__: Any) -> Dataset:
        return Dataset(self._samples, self._batch, True, self._after)

    def batch(self, batch_size: int, *_: Any, **__: Any) -> Dataset:
        return Dataset(self._samples, int(batch_size), self._shuffled, self._after)

    def map(self, map_func: Callable[..., Any], *_: Any, **__: Any) -> Dataset:
        """Apply a function to each sample, or to each batch where they were made before."""
        if self._batch is not None:
            return Dataset(self._samples, self._batch, self._shuffled, (*self._after, map_func))
        samples = _Slices(self._samples.arrays, (*self._samples.functions, map_func))
        return Dataset(samples, None, self._shuffled, self._after)

    def take(self, count: int) -> Dataset:
        """The first samples; of batches, as many as make so many batches."""
        return self._part(slice(count * (self._batch or 1)))

    def skip(self, count: int) -> Dataset:
        return self._part(slice(count * (self._batch or 1), None))

    def _part(self, part: slice) -> Dataset:
        arrays = self._samples.arrays
        own = tuple(each[part] for each in arrays) if isinstance(arrays, tuple) else arrays[part]
        return Dataset(_Slices(own, self._samples.functions), self._batch, self._shuffled, self._after)

    def prefetch(self, *_: Any, **__: Any) -> Dataset:
        return self

    cache = repeat = prefetch

    def __iter__(self) -> Any:
        for batch in super().__iter__():
            made = tuple(batch) if isinstance(batch, list) else batch
            for function in self._after:
                made = function(*made) if isinstance(made, tuple) else function(made)
            yield made
