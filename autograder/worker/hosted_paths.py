"""Folders of other machines: '/content/drive/MyDrive/hw1' of Colab, '/kaggle/working', '/Users/ana/Desktop/hw1'.

Code that writes its checkpoints and figures there is given folders beside its own instead, by changing such constants in its
syntax tree. So it works in any sandbox and in none, and nothing outside is written. A path that this machine has stays.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import shlex
from pathlib import Path, PurePosixPath
from typing import Final

ELSEWHERE: Final = re.compile(r"/(?:content|kaggle|gdrive|Users|home|mnt|media|workspaces?|notebooks|storage)(?=/|$)")
FOLDER: Final = "hosted"  # beside the submission's
THERE: Final = ("content/drive/MyDrive", "content/sample_data", "kaggle/working", "kaggle/input")  # from the start
MAGICS: Final = frozenset({"run_line_magic", "run_cell_magic"})
MAKING: Final = frozenset({"mkdir", "makedirs"})
OWN: Final = 3  # parts of '/home/ana', which belongs to somebody here
LONGEST: Final = 1_000  # characters of a path
MOST: Final = 200  # folders that are made for one submission
_base = ""  # set once in each process that runs student code; elsewhere paths stay as they are
_made: set[str] = set()


def provide(scratch: Path) -> None:
    """Make the folders, in one that student code may write to, and let paths lead there from now on, in this process."""
    global _base
    _base = str(scratch / FOLDER)
    _made.clear()
    for name in THERE:
        _make(f"{_base}/{name}")


def make_again() -> None:
    """Make all folders that code was given so far, as after they were removed."""
    for path in sorted(_made):
        _make(path)


def local(path: str) -> str:
    """Where such a path leads; any other one as it is."""
    return f"{_base}{path}" if _is_elsewhere(path) else path


def as_written(text: str) -> str:
    """A text, such as an error's message, with such paths as the student has written them."""
    return text.replace(_base, "") if _base else text


def make_folders(command: str) -> None:
    """Do what a shell line `!mkdir -p plots` does; any other command is not run."""
    with contextlib.suppress(ValueError):
        program, *words = shlex.split(command) or [""]
        for word in words if program == "mkdir" else ():
            if not word.startswith("-"):
                _make(local(word))


class HostedPaths(ast.NodeTransformer):
    """Changes the paths in code, and makes the folders, which are there on the student's machine. To go to such a folder is to
    stay in one's own, where what was handed in is."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in MAGICS:
            return node
        if name == "chdir" and node.args and _path_in(node.args[0]):
            node.args[0] = ast.copy_location(ast.Constant("."), node.args[0])
            return node
        if name in MAKING and node.args and (path := _path_in(node.args[0])):
            node.args[0] = ast.copy_location(ast.Constant(local(path)), node.args[0])  # the call itself will make it
            return node
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        path = _path_in(node)
        if not path:
            return node
        found = local(path)
        _make(os.path.dirname(found) if PurePosixPath(found).suffix else found)
        return ast.copy_location(ast.Constant(found), node)


def _path_in(node: ast.expr) -> str:
    """The path elsewhere that a constant is; '' for anything else."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and _is_elsewhere(value) else ""


def _is_elsewhere(path: str) -> bool:
    if (
        not _base
        or len(path) > LONGEST
        or "\0" in path
        or not ELSEWHERE.match(path)
        or ".." in PurePosixPath(path).parts
    ):
        return False
    there = next(each for each in (Path(path), *Path(path).parents) if each.exists())
    return len(there.parts) < OWN or not os.access(there, os.W_OK)


def _make(path: str) -> None:
    if len(_made) < MOST:
        with contextlib.suppress(OSError):
            os.makedirs(path, exist_ok=True)
            _made.add(path)
