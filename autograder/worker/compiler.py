"""PyTorch without its compiler, until somebody asks for it: to import that takes longer than most checks.

Every step of an optimizer imports `torch._dynamo`, only to tell it that it has nothing to look for there. Where nothing is
compiled, what it is told by (`graph_break`, `disable`) does nothing. So a stand-in has these two, and whoever asks for anything
else gets the module itself.
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
    """From now on, import the compiler when it is asked for; where it has been imported, nothing is to be done."""
    import torch

    if NAME not in sys.modules:
        sys.meta_path.insert(0, _Finder())
        sys.modules[NAME] = torch._dynamo = _StandIn(NAME)


class _StandIn(ModuleType):
    """The compiler for those that don't use it, or only look over all modules that there are."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, loader=None, is_package=True)
        self.__path__: list[str] = []  # its parts are found by `_Finder`

    @staticmethod
    def graph_break(msg: str = "") -> None:
        """Nothing is compiled here, so there is nothing to be broken off."""

    @staticmethod
    def disable(fn: Any = None, recursive: bool = True, *, reason: str | None = None, wrapping: bool = True) -> Any:
        """The function itself, or what returns one: it is not compiled as it is."""
        return fn if fn is not None else _as_it_is

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_imported(), name)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds a part of the compiler where the whole has not been imported yet: it imports that, which holds the part."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{NAME}.") or not isinstance(sys.modules.get(NAME), _StandIn):
            return None
        _imported()
        part = sys.modules.get(fullname)
        return importlib.util.find_spec(fullname) if part is None else ModuleSpec(fullname, _Ready(part))


class _Ready(importlib.abc.Loader):
    """Loads what has been imported."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


def _imported() -> ModuleType:
    """The compiler itself, in place of its stand-in."""
    if isinstance(sys.modules.get(NAME), _StandIn):
        del sys.modules[NAME]
    return importlib.import_module(NAME)


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function
