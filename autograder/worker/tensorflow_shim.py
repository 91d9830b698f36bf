"""What a submission may use of TensorFlow: `tensorflow.keras`, which is Keras 3 computed by PyTorch here, and the functions that
Keras notebooks use besides it (`tensorflow_functions.py`).

If TensorFlow is not installed, `tensorflow.keras` can still be imported, and is the installed Keras.

Using anything else of TensorFlow raises a specific error that says what to install. To libraries that only check whether a value
is TensorFlow's it looks like an ordinary missing attribute.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

TENSORFLOW: Final = "tensorflow"
STANDS_IN: Final = "tensorflow.keras"
NOTE: Final = (
    "TensorFlow is not installed on the grading machine: `tensorflow.keras` stands for Keras 3, computed by PyTorch."
)


NEEDED: Final = (
    "`{name}` needs TensorFlow itself, which is not installed on the grading machine. Use Keras alone (`keras`, or "
    "`tensorflow.keras`, which is graded as Keras 3), or have TensorFlow installed there: "
    "pip install -r requirements-tensorflow.txt"
)


MIXED: Final = (
    "TensorFlow's own functions were called on what Keras computes, and on this machine PyTorch computes for Keras: they "
    "can't work on each other's tensors ({error}). A person will look at it. With Keras alone (`keras.ops`, `compile`, "
    "`fit`, `train_on_batch`) it can be graded."
)


class TensorFlowNeeded(AttributeError):
    """Code uses more of TensorFlow than its Keras, and TensorFlow is not installed."""


class TensorFlowModuleNeeded(ImportError):
    """Code imports more of TensorFlow than its Keras, and TensorFlow is not installed."""


class TensorFlowMixed(TypeError):
    """Code calls an installed TensorFlow on PyTorch's tensors, which it doesn't know."""


ERRORS: Final = tuple(kind.__name__ for kind in (TensorFlowNeeded, TensorFlowModuleNeeded, TensorFlowMixed))


def make_importable() -> None:
    """Make `import tensorflow` work from now on if TensorFlow is not installed. Keras must be imported already."""
    if TENSORFLOW not in sys.modules and importlib.util.find_spec(TENSORFLOW) is None:
        sys.meta_path.insert(0, _Finder())  # before the files of Keras are found under the second name
        from autograder.worker import tensorflow_functions, tensorflow_tensors

        stand_in = sys.modules[TENSORFLOW] = _StandIn(TENSORFLOW)
        importlib.import_module(STANDS_IN)
        tensorflow_tensors.let_tensors_be_read()
        _fill(stand_in, tensorflow_functions.functions())


def _fill(module: _StandIn, contents: Mapping[str, Any]) -> None:
    for name, value in contents.items():
        if isinstance(value, dict):
            below = sys.modules[f"{module.__name__}.{name}"] = _StandIn(f"{module.__name__}.{name}")
            _fill(below, value)
            value = below
        setattr(module, name, value)


def notes() -> tuple[str, ...]:
    """A sentence for the report if `tensorflow` is a stand-in."""
    return (NOTE,) if isinstance(sys.modules.get(TENSORFLOW), _StandIn) else ()


def explained(error: BaseException) -> BaseException:
    """The error; if it was raised inside an installed TensorFlow, a TensorFlowMixed that explains it."""
    tensorflow = sys.modules.get(TENSORFLOW)
    file = getattr(tensorflow, "__file__", None)
    if tensorflow is None or isinstance(tensorflow, _StandIn) or file is None:
        return error
    inside = (frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__))
    if not any(Path(name).is_relative_to(Path(file).parent) for name in inside):
        return error
    return TensorFlowMixed(MIXED.format(error=f"{type(error).__name__}: {error}")).with_traceback(error.__traceback__)


class _StandIn(ModuleType):
    __path__: list[str] = []  # noqa: RUF012 - a package, for the import system

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise TensorFlowNeeded(NEEDED.format(name=f"{self.__name__}.{name}"))


class _Finder(MetaPathFinder, Loader):
    """Finds `tensorflow.keras.layers` as `keras.layers`."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name == STANDS_IN or name.startswith(f"{STANDS_IN}."):
            return ModuleSpec(name, self, is_package=True)
        if name.startswith(f"{TENSORFLOW}."):
            raise TensorFlowModuleNeeded(NEEDED.format(name=name))
        return None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        # An import returns what is in `sys.modules` afterwards, so Keras's own module is left as it is.
        sys.modules[module.__name__] = importlib.import_module(module.__name__.removeprefix(f"{TENSORFLOW}."))
