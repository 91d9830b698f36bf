"""Import lines as a person would write them: one line per module, the standard library first, the kit's own modules last."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Sequence


def arranged(lines: Iterable[str], own: Sequence[str] = ()) -> str:
    """Merge and sort import statements, with an empty line between groups. `own` are the kit's modules."""
    plain: dict[str, str] = {}
    taken: dict[str, dict[str, ast.alias]] = {}
    for line in lines:
        match ast.parse(line).body[0]:
            case ast.Import(names=names):
                plain.update({ast.unparse(ast.Import([name])): name.name for name in names})
            case ast.ImportFrom(module=str(module), names=names):
                taken.setdefault(module, {}).update({ast.unparse(name): name for name in names})
    statements = [(module, f"0 {line}", line) for line, module in plain.items()]
    for module, found in taken.items():
        chosen = [found[name] for name in sorted(found, key=_constants_classes_functions)]
        statements.append((module, f"1 {module}", ast.unparse(ast.ImportFrom(module, chosen, 0))))
    groups: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for module, _, line in sorted(statements, key=lambda each: each[1]):
        groups[_group(module, own)].append(line)
    return "\n\n".join("\n".join(group) for group in groups.values() if group)


def _group(module: str, own: Sequence[str]) -> int:
    first = module.split(".")[0]
    return 2 if first in own else 0 if first in sys.stdlib_module_names else 1


def _constants_classes_functions(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name
