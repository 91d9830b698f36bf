"""Scripts exported from notebooks: commands are calls of `get_ipython()` there, and the code of `%%time` cells is text."""

from __future__ import annotations

import builtins
import re
import sys
from typing import Any, Final

from autograder.worker.inert import Inert

CALLS: Final = re.compile(r"^\s*get_ipython\(\)\.\w+\(", re.MULTILINE)
CELLS: Final = re.compile(r"^# ?In ?\[[\d ]*\]:", re.MULTILINE)
RUNNING: Final = frozenset(
    {"time", "timeit", "capture", "prun", "memit"}
)  # magics that run what is below them, or beside


class Shell(Inert):
    """What `get_ipython()` gives: magics that run code do so, where they are called, and all else does nothing."""

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in RUNNING:
            exec(compile(cell, f"%%{name}", "exec"), sys._getframe(1).f_globals)  # noqa: S102 - in the sandbox, as all of it

    def run_line_magic(self, name: str, line: str, *_: Any) -> None:
        if name in RUNNING:
            exec(compile(line, f"%{name}", "exec"), sys._getframe(1).f_globals)  # noqa: S102


def let_exported_run(script: str) -> None:
    """Give a script the two names that a notebook has, where its text shows that it was exported from one."""
    if CALLS.search(script):
        vars(builtins)["get_ipython"] = Shell
    if CALLS.search(script) or CELLS.search(script):
        vars(builtins)["display"] = print
