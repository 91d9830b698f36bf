"""What a fresh process of a student's finds around it beside Python: the data sets, and what a hosted notebook has."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.worker import library_data


def prepare() -> None:
    """Make the stored data sets and an idle `google.colab` importable. Imports nothing."""
    library_data.provide(Path(os.environ["AUTOGRADER_DATA_SHOWN"]))
    sys.meta_path.append(Colab())  # last: where the real one is installed, it stays


class Colab(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """`google.colab` whose functions do nothing: mounting a drive and downloading results do no harm."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        if name == "google" or name == "google.colab" or name.startswith("google.colab."):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ != "google":
            module.__dict__["__getattr__"] = _idle


class _Idle:
    def __getattr__(self, name: str) -> _Idle:
        return _idle(name)

    def __call__(self, *_: Any, **__: Any) -> _Idle:
        return self


def _idle(name: str) -> _Idle:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Idle()
