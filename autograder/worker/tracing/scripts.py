"""Runs a script as `__main__`, and records what it printed and where it failed."""

from __future__ import annotations

import ast
import os
import runpy
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.worker.binding.console_scripts import called_unguarded
from autograder.worker.tracing.cells import asks_for_arguments, described_error
from autograder.worker.tracing.code import compiled
from autograder.worker.tracing.command_lines import CommandLine, command_lines, offered, outside
from autograder.worker.tracing.exported import let_exported_run
from autograder.worker.tracing.printing import Printed


@dataclass(frozen=True)
class Script:
    """A script of the submission in `folder`. `emit` and `printed` receive its records and its output, and `changes` are made in
    its code. `has_worked` says whether anything was trained or drawn so far; `line_ends` is called after each of several command
    lines."""

    folder: Path
    source: str
    emit: Callable[[dict[str, Any]], None]
    printed: Printed
    changes: Sequence[ast.NodeTransformer]
    has_worked: Callable[[], bool]
    line_ends: Callable[[], None]

    @property
    def path(self) -> Path:
        return self.folder / self.source


def run_script(script: Script) -> None:
    """Run a script, one in a package as `python -m` does, so that its relative imports work; without arguments, and where it asks
    for some or does nothing without, with those that the submission's texts give it (`command_lines`), one after the other."""
    let_exported_run(script.path.read_text(encoding="utf-8", errors="replace"))
    lines = command_lines(script.folder, script.source)
    bare = next((line for line in lines if not line.arguments), CommandLine((), _usual_folder(script)))
    lines = [line for line in lines if line.arguments]
    error = _run(script, bare)
    if script.has_worked() and not asks_for_arguments(error):
        lines = []
    elif not lines:
        lines = [CommandLine(each, bare.folder) for each in offered(error)]
    if not lines:
        _report(script, error)
    for line in lines:
        script.emit({"what": "called", "arguments": shlex.join(line.arguments)})
        _report(script, _run(script, line))
        script.line_ends()


def _package(script: Script) -> tuple[Path, list[str]]:
    """The folder around the packages that a script is in, and the names of these and of the script."""
    names = [script.path.stem]
    top = script.path.parent
    while (top / "__init__.py").is_file() and top != script.folder:
        names.insert(0, top.name)
        top = top.parent
    return top, names


def _usual_folder(script: Script) -> str:
    """The folder from which a script is called if nothing says otherwise: its own, or that from which its package is."""
    top, names = _package(script)
    folder = top.relative_to(script.folder).as_posix().removeprefix(".")
    return outside(folder) if len(names) > 1 else folder


def _run(script: Script, line: CommandLine) -> BaseException | None:
    """Run a script with these arguments. Returns the error with which it ended; None also where it has left in peace."""
    top, package = _package(script)
    os.chdir(script.folder / line.folder)
    if str(top) not in sys.path[:1]:
        sys.path.insert(0, str(top))
    sys.argv = [str(script.path), *line.arguments]
    try:
        if len(package) > 1:
            names = runpy.run_module(".".join(package), run_name="__main__", alter_sys=True)
        else:
            names = _run_changed(script.path, script.changes)
        if command := called_unguarded(script.folder).get(script.source):
            names[command]()
    except SystemExit as left:
        return left if left.code not in (None, 0) else None
    except BaseException as error:
        return error
    return None


def _report(script: Script, error: BaseException | None) -> None:
    """Tell what a run has printed, and how it failed."""
    place = {"source": script.source, "cell": 0, "line": 0, "run_in": 0}
    script.printed.emit(script.emit, place)
    if error is not None:
        about = described_error(error, script.folder, script.source)
        script.emit({"what": "error", "place": place | {"line": _line(error, script.path)}, **about})


def _run_changed(script: Path, changes: Sequence[ast.NodeTransformer]) -> dict[str, Any]:
    module = sys.modules["__main__"] = ModuleType("__main__")
    module.__file__ = str(script)
    exec(compiled(script, changes), vars(module))  # noqa: S102 - as `runpy` does
    return vars(module)


def _line(error: BaseException, script: Path) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(script):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
