"""Folders that exist on the machines of Colab and Kaggle alone: '/content/drive/MyDrive/hw1', '/kaggle/working'.

Code that makes folders there, and writes its checkpoints into them, is given folders beside its own instead, by changing such
constants in its syntax tree. So it works in any sandbox and in none, and nothing outside is written.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shlex
from pathlib import Path
from typing import Final

HOSTED: Final = re.compile(r"/(?:content|kaggle)(?=/|$)")
THERE: Final = ("content/drive/MyDrive", "content/sample_data", "kaggle/working", "kaggle/input")  # from the start
MAGICS: Final = frozenset({"run_line_magic", "run_cell_magic"})
FOLDER: Final = "hosted"  # beside the submission's
_base = ""  # set once in each process that runs student code; elsewhere paths stay as they are


def provide(scratch: Path) -> None:
    """Make the folders, in one that student code may write to, and let paths lead there from now on, in this process."""
    global _base
    _base = str(scratch / FOLDER)
    for name in THERE:
        os.makedirs(f"{_base}/{name}", exist_ok=True)


def local(path: str) -> str:
    """Where such a path leads; any other one as it is."""
    return f"{_base}{path}" if _base and HOSTED.match(path) else path


def make_folders(command: str) -> None:
    """Do what a shell line `!mkdir -p plots` does; any other command is not run."""
    with contextlib.suppress(ValueError, OSError):
        program, *words = shlex.split(command) or [""]
        for word in words if program == "mkdir" else ():
            if not word.startswith("-"):
                os.makedirs(local(word), exist_ok=True)


class HostedPaths(ast.NodeTransformer):
    """Changes the paths in code. To go to such a folder is to stay in one's own, where what was handed in is."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in MAGICS:
            return node
        if name == "chdir" and node.args and _is_hosted(node.args[0]):
            node.args[0] = ast.copy_location(ast.Constant("."), node.args[0])
            return node
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.copy_location(ast.Constant(local(str(node.value))), node) if _is_hosted(node) else node


def _is_hosted(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and HOSTED.match(node.value) is not None
