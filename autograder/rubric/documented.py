"""What a starter kit says about the standard functions: if handed in again, it is not the student's answer."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from autograder.rubric.model import Rubric
from autograder.rubric.source import read_yaml

TEMPLATE: Final = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
WORDINGS: Final = Path(
    "templates", "starter", "kit.yaml"
)  # of the assignment: what a kit says otherwise than the reference


def docstrings(rubric: Rubric) -> dict[str, str]:
    """The docstrings of standard functions, by name: those in the rubric itself, as in a kit; those of the reference, if it is
    there; and what the kit words differently. Functions without one are left out."""
    found = {name: function.docstring for name, function in rubric.functions.items()}
    reference = rubric.root / rubric.assignment.reference
    for path in sorted(reference.glob("*.py")):
        found |= {name: text for name, text in _in_module(path, path.stat().st_mtime_ns) if name in rubric.functions}
    found |= {name: text for name, text in _worded(rubric.root / WORDINGS).items() if name in rubric.functions}
    return {name: text for name, text in found.items() if text}


@lru_cache(maxsize=64)
def _in_module(path: Path, changed: int) -> tuple[tuple[str, str], ...]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(
        (node.name, ast.get_docstring(node) or "")
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _worded(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    data, _ = read_yaml(path)
    functions = data.get("functions") if isinstance(data, dict) else None
    wordings = functions if isinstance(functions, dict) else {}
    return {
        str(name): str(wording["docstring"])
        for name, wording in wordings.items()
        if isinstance(wording, dict) and wording.get("docstring")
    }


def kit_texts(rubric: Rubric) -> list[str]:
    """The paragraphs of a kit's texts besides its functions, from its templates; none if these are not there."""
    templates = sorted((rubric.root / WORDINGS.parent).glob("*.md.j2"))
    plain = [TEMPLATE.sub(" ", path.read_text(encoding="utf-8")) for path in templates]
    return [paragraph.strip() for text in plain for paragraph in text.split("\n\n") if paragraph.strip()]
