"""PyTorch without its compiler until something needs it: importing the compiler takes longer than most checks.

Every optimizer step imports `torch._dynamo`, only to tell it to skip that code. If nothing is compiled, the functions for that
(`graph_break`, `disable`) do nothing. So a stand-in has these two, and any other attribute imports the real module.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

NAME: Final = "torch._dynamo"


def put_off() -> None:
    """From now on, import the compiler when it is needed; does nothing if it has been imported."""
    import torch

    if NAME not in sys.modules:
        sys.meta_path.insert(0, _Finder())
        sys.modules[NAME] = torch._dynamo = _StandIn(NAME)


class _StandIn(ModuleType):
    """The compiler for code that doesn't use it, or only iterates over all modules."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, loader=None, is_package=True)
        self.__path__: list[str] = []  # its parts are found by `_Finder`

    @staticmethod
    def graph_break(msg: str = "") -> None:
        """Does nothing, as nothing is being compiled."""

    @staticmethod
    def disable(fn: Any = None, recursive: bool = True, *, reason: str | None = None, wrapping: bool = True) -> Any:
        """The function itself, or a decorator that returns it: it is not compiled anyway."""
        return fn if fn is not None else _as_it_is

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_imported(), name)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds a submodule of the compiler if the compiler has not been imported yet, by importing the whole."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{NAME}.") or not isinstance(sys.modules.get(NAME), _StandIn):
            return None
        _imported()
        part = sys.modules.get(fullname)
        return importlib.util.find_spec(fullname) if part is None else ModuleSpec(fullname, _Ready(part))


class _Ready(importlib.abc.Loader):
    """Loads a module that has already been imported."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


def _imported() -> ModuleType:
    """The real compiler, which replaces its stand-in."""
    if isinstance(sys.modules.get(NAME), _StandIn):
        del sys.modules[NAME]
    return importlib.import_module(NAME)


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function
