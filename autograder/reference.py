"""The reference solutions as code that answers probes, as written or with a bug patched in.

The reference is an ordinary package. `Reference.variant(patches)` loads it a second time under another name, with some of
its files' text replaced; that is how a named bug becomes code that runs.
"""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import itertools
import linecache
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

from autograder.errors import WrongUse

_NUMBER: Final = itertools.count(1)


class ReferenceError(WrongUse):
    """The reference solutions do not match the rubric. The message names the file."""


@dataclass(frozen=True)
class Reference:
    """Names of the reference package in `folder`, looked up as attributes, like a student's `Code`.

    `patches` replaces the text of files (by name relative to `folder`). Nothing is imported before it is asked for.
    """

    folder: Path
    patches: Mapping[str, str] = field(default_factory=dict)
    original: Reference | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        file = self.defined_in.get(name)
        if file is None:
            raise ReferenceError(f"the reference solutions in {self.folder} define no `{name}`")
        return getattr(self.module(file.removesuffix(".py")), name)

    def takes(self, name: str, parameter: str) -> bool:
        """Whether a function takes this standard parameter, as in a student's `Code`: the reference's functions take all."""
        return True

    def named(self, name: str) -> bool:
        """Whether a function has its standard name, as in a student's `Code`: all of the reference's do."""
        return True

    def module(self, name: str) -> ModuleType:
        """A module of the package, imported when first asked for. Raises ReferenceError when there is none."""
        if not (self.folder / f"{name}.py").is_file():
            raise ReferenceError(f"the reference solutions in {self.folder} have no module `{name}`")
        package = sys.modules.get(self._package_name) or self._load("__init__.py", self._package_name)
        module_name = f"{package.__name__}.{name}"
        return sys.modules.get(module_name) or importlib.import_module(module_name)

    def variant(self, patches: Mapping[str, str]) -> Reference:
        """The same reference with the text of some files replaced."""
        return Reference(self.folder, {**self.patches, **patches}, self.original or self)

    def source(self, file: str) -> str:
        return self.patches.get(file) or (self.folder / file).read_text(encoding="utf-8")

    @functools.cached_property
    def defined_in(self) -> Mapping[str, str]:
        """The file that defines each top-level function or class; patches do not move functions."""
        if self.original is not None:
            return self.original.defined_in
        found: dict[str, str] = {}
        for path in sorted(self.folder.glob("*.py")):
            for node in ast.parse(self.source(path.name), filename=str(path)).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    found[node.name] = path.name
        return found

    def private_parts(self, function: str) -> frozenset[str]:
        """The private functions and classes of the same file that a function uses, directly or through another one."""
        file = self.defined_in.get(function)
        if file is None:
            return frozenset()
        nodes = {
            node.name: node
            for node in ast.parse(self.source(file)).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        found: set[str] = set()
        waiting = [function]
        while waiting:
            for node in ast.walk(nodes[waiting.pop()]):
                if isinstance(node, ast.Name) and node.id.startswith("_") and node.id in nodes.keys() - found:
                    found.add(node.id)
                    waiting.append(node.id)
        return frozenset(found - {function})

    @functools.cached_property
    def _package_name(self) -> str:
        return f"_reference_{next(_NUMBER)}"

    def forget(self) -> None:
        """Drop the loaded modules of this variant."""
        for name in [name for name in sys.modules if name.split(".")[0] == self._package_name]:
            del sys.modules[name]
        sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "owner", None) != self._package_name]

    def _load(self, file: str, name: str) -> ModuleType:
        sys.meta_path.append(_Finder(self, self._package_name))
        return importlib.import_module(name)


class _Finder(MetaPathFinder):
    """Finds the modules of one variant and runs their patched text."""

    def __init__(self, reference: Reference, owner: str) -> None:
        self.reference, self.owner = reference, owner

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        package, _, rest = name.partition(".")
        if package != self.owner:
            return None
        file = f"{rest.replace('.', '/')}.py" if rest else "__init__.py"
        if not (self.reference.folder / file).is_file():
            return None
        return importlib.util.spec_from_loader(name, _Loader(self.reference, file), is_package=not rest)


class _Loader(Loader):
    def __init__(self, reference: Reference, file: str) -> None:
        self.reference, self.file = reference, file

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        text = self.reference.source(self.file)
        filename = str(self.reference.folder / self.file)
        if self.file in self.reference.patches:
            filename = f"<{self.file} with a bug>"
            linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        run: Callable[..., None] = exec
        run(_compiled(text, filename), module.__dict__)


@functools.lru_cache(maxsize=64)  # most files of a variant are the same in all others
def _compiled(text: str, filename: str) -> CodeType:
    return compile(text, filename, "exec")
