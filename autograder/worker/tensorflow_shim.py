"""Lets `tensorflow.keras` be imported where TensorFlow is not installed: it is Keras 3, and Keras is here.

Anything else of TensorFlow raises an error of its own where it is used, which says what to install. To libraries that only
ask whether a value is one of TensorFlow's it is an ordinary missing attribute.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
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


class TensorFlowNeeded(AttributeError):
    """Code uses more of TensorFlow than its Keras, and TensorFlow is not installed."""


class TensorFlowModuleNeeded(ImportError):
    """Code imports more of TensorFlow than its Keras, and TensorFlow is not installed."""


ERRORS: Final = (TensorFlowNeeded.__name__, TensorFlowModuleNeeded.__name__)


def make_importable() -> None:
    """Make `import tensorflow` work from now on where TensorFlow is not installed. Keras must be imported already."""
    if TENSORFLOW not in sys.modules and importlib.util.find_spec(TENSORFLOW) is None:
        sys.meta_path.insert(0, _Finder())  # before the files of Keras are found under the second name
        sys.modules[TENSORFLOW] = _StandIn(TENSORFLOW)
        importlib.import_module(STANDS_IN)


def notes() -> tuple[str, ...]:
    """A sentence for the report where `tensorflow` is a stand-in."""
    return (NOTE,) if isinstance(sys.modules.get(TENSORFLOW), _StandIn) else ()


class _StandIn(ModuleType):
    __path__: list[str] = []  # noqa: RUF012 - a package, for the import system

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise TensorFlowNeeded(NEEDED.format(name=f"{TENSORFLOW}.{name}"))


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
        # What is imported is what lies there afterwards, so that Keras's own module is left as it is.
        sys.modules[module.__name__] = importlib.import_module(module.__name__.removeprefix(f"{TENSORFLOW}."))
