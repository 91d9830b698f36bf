"""Runs a script as `__main__`, and records what it printed and where it failed."""

from __future__ import annotations

import ast
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.worker.tracing.cells import described_error
from autograder.worker.tracing.cutting import compiled
from autograder.worker.tracing.exported import let_exported_run
from autograder.worker.tracing.printing import Printed


def run_script(
    folder: Path,
    source: str,
    tell: Callable[[dict[str, Any]], None],
    printed: Printed,
    changes: Sequence[ast.NodeTransformer] = (),
) -> None:
    """Run the script `source` in `folder`; one in a package as `python -m` does, so that its relative imports work.

    `printed` receives the output. `changes` are made in its code.
    """
    script = folder / source
    package = [script.stem]
    top = script.parent
    while (top / "__init__.py").is_file() and top != folder:
        package.insert(0, top.name)
        top = top.parent
    os.chdir(top)
    sys.path.insert(0, str(top))
    sys.argv = [str(script)]
    let_exported_run(script.read_text(encoding="utf-8", errors="replace"))
    error: BaseException | None = None
    try:
        if len(package) > 1:
            runpy.run_module(".".join(package), run_name="__main__", alter_sys=True)
        else:
            _run_changed(script, changes)
    except BaseException as raised:
        error = raised
    place = {"source": source, "cell": 0, "line": 0, "run_in": 0}
    printed.tell(tell, place)
    if error is not None and not (isinstance(error, SystemExit) and error.code in (None, 0)):
        tell(
            {"what": "error", "place": place | {"line": _line(error, script)}, **described_error(error, folder, source)}
        )


def _run_changed(script: Path, changes: Sequence[ast.NodeTransformer]) -> None:
    module = sys.modules["__main__"] = ModuleType("__main__")
    module.__file__ = str(script)
    exec(compiled(script, changes), vars(module))  # noqa: S102 - as `runpy` does


def _line(error: BaseException, script: Path) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(script):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
