"""Runs scripts exported from notebooks: commands are calls of `get_ipython()` there, the code of `%%time` cells is a string."""

from __future__ import annotations

import builtins
import re
import sys
from typing import Any, Final

from autograder.worker.inert import Inert

CALLS: Final = re.compile(r"^\s*get_ipython\(\)\.\w+\(", re.MULTILINE)
CELLS: Final = re.compile(r"^# ?In ?\[[\d ]*\]:", re.MULTILINE)
# Magics that run the cell below them, or the rest of the line
RUNNING: Final = frozenset({"time", "timeit", "capture", "prun", "memit"})


class Shell(Inert):
    """The result of `get_ipython()`: magics that run code run it where they are called, all else does nothing."""

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in RUNNING:
            exec(compile(cell, f"%%{name}", "exec"), sys._getframe(1).f_globals)  # noqa: S102 - in the sandbox, like all of it

    def run_line_magic(self, name: str, line: str, *_: Any) -> None:
        if name in RUNNING:
            exec(compile(line, f"%{name}", "exec"), sys._getframe(1).f_globals)  # noqa: S102


def let_exported_run(script: str) -> None:
    """Define the two names that notebooks have if a script's text shows that it was exported from one."""
    if CALLS.search(script):
        vars(builtins)["get_ipython"] = Shell
    if CALLS.search(script) or CELLS.search(script):
        vars(builtins)["display"] = print
