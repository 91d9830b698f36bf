"""A module of the reference as a student gets it: header and functions, with nbgrader's markers around the solution."""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.starter.plan import Plan, Wording

BEGIN: Final = "### BEGIN SOLUTION"
END: Final = "### END SOLUTION"
INDENT: Final = "    "
WIDTH: Final = 116

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Skeleton:
    """One module. `functions` are source texts by name, with the solution between the markers."""

    name: str
    summary: str  # the first line of its docstring
    imports: tuple[str, ...]
    given: tuple[str, ...]  # statements that the kit includes as they are
    functions: Mapping[str, str]


@dataclass(frozen=True)
class Module:
    """One module of the reference: its text, and its top-level statements."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def segment(self, node: ast.stmt) -> str:
        """The source of a statement, with its decorators and a docstring that follows it."""
        return "\n".join(self.text.splitlines()[first_line(node) - 1 : node.end_lineno])


def read_modules(folder: Path, functions: Sequence[str]) -> list[Module]:
    """The reference's modules that define some of the functions, in the functions' order."""
    found: dict[str, Module] = {}
    for path in sorted(folder.glob("*.py")):
        module = Module(path.stem, path.read_text(encoding="utf-8"))
        for node in module.tree.body:
            if isinstance(node, FunctionNode) and node.name in functions:
                found[node.name] = module
    return list({found[name].name: found[name] for name in functions if name in found}.values())


def skeleton(module: Module, functions: Sequence[str], plan: Plan, siblings: Sequence[str]) -> Skeleton:
    """The part of a module that goes into the kit.

    Imports and type names are kept if a signature or a given statement needs them. `siblings` are the names of all
    modules in the kit, so that `from .problem1 import x` becomes `from problem1 import x`.
    """
    tree = module.tree
    bases = {
        node.name: ast.unparse(node.bases[0]) for node in tree.body if isinstance(node, ast.ClassDef) if node.bases
    }
    marked = {
        node.name: with_markers(module, node, plan.functions.get(node.name, Wording()), bases)
        for node in tree.body
        if isinstance(node, FunctionNode) and node.name in functions
    }
    assigned = {name: node for node in tree.body for name in assigned_names(node)}
    needed = {name for text in marked.values() for name in _names_in_signature(text)}
    waiting = [name for name in assigned if name in needed or name in plan.given]
    kept: dict[int, ast.stmt] = {}
    while waiting:
        node = assigned[waiting.pop()]
        if node.lineno not in kept:
            kept[node.lineno] = node
            inner = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            needed |= inner
            waiting += [name for name in inner if name in assigned]
    statements = [kept[line] for line in sorted(kept)]
    provided = {*functions, *plan.given}
    imports = [*plan.imports, *_imports(tree, needed, provided, siblings)]
    return Skeleton(
        name=module.name,
        summary=(ast.get_docstring(tree) or module.name).splitlines()[0],
        imports=tuple(dict.fromkeys(imports)),
        given=tuple(module.segment(node) for node in statements),
        functions=marked,
    )


def with_markers(module: Module, node: FunctionNode, wording: Wording, bases: Mapping[str, str]) -> str:
    """A function's source with markers around its body, after its docstring.

    `wording` replaces docstring and return type. A return type that is a class of the solution becomes its base class.
    """
    if node.body[0].lineno == node.lineno:  # `def f(x): return x`
        node = _only_function(ast.unparse(node))
        module = Module(module.name, ast.unparse(node))
    lines = module.text.splitlines()
    first, last = first_line(node), node.end_lineno or node.lineno
    documented = ast.get_docstring(node) is not None
    head_end = (node.body[0].end_lineno if documented else node.body[0].lineno - 1) or 0
    head = lines[first - 1 : head_end]
    body = lines[head_end:last]
    if documented and wording.docstring:
        head = [*lines[first - 1 : node.body[0].lineno - 1], *_docstring(wording.docstring)]
    returns = ast.unparse(node.returns) if node.returns else ""
    instead = wording.returns or bases.get(returns, "")
    if node.returns and instead:
        row = (node.returns.end_lineno or 0) - first
        line = head[row].encode()
        head[row] = (line[: node.returns.col_offset] + instead.encode() + line[node.returns.end_col_offset :]).decode()
    return "\n".join([*head, INDENT + BEGIN, *body, INDENT + END])


def blocks(statements: Sequence[str]) -> str:
    """Top-level statements in order: blank lines around functions and classes, assignments together."""
    text = ""
    apart = False
    for statement in statements:
        own = isinstance(ast.parse(statement).body[0], FunctionNode | ast.ClassDef)
        text += ("\n\n\n" if own or apart else "\n") * bool(text) + statement
        apart = own
    return text


def assigned_names(node: ast.stmt) -> Iterator[str]:
    """The names that a top-level statement binds, if it is an assignment, a function or a class."""
    match node:
        case ast.Assign(targets=targets):
            yield from (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name


def first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def imported_from_sibling(node: ast.stmt) -> bool:
    """`from .problem1 import evaluate`, or `from . import problem1`."""
    return isinstance(node, ast.ImportFrom) and node.level > 0


def _only_function(text: str) -> FunctionNode:
    node = ast.parse(text).body[0]
    assert isinstance(node, FunctionNode)
    return node


def _names_in_signature(text: str) -> set[str]:
    """The names in annotations, defaults and decorators of a marked function."""
    node = _only_function(text.replace(INDENT + BEGIN, f"{INDENT}...  {BEGIN}"))
    outside: list[ast.AST] = [node.args, *node.decorator_list, *([node.returns] if node.returns else [])]
    return {each.id for part in outside for each in ast.walk(part) if isinstance(each, ast.Name)} - set(dir(builtins))


def _imports(tree: ast.Module, needed: set[str], provided: set[str], siblings: Sequence[str]) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.ImportFrom(module="__future__"):
                continue
            case ast.ImportFrom(module=source, names=names, level=level):
                wanted = needed | provided if level else needed
                kept = [name for name in names if (name.asname or name.name) in wanted]
                if kept and (not level or source in siblings):
                    yield ast.unparse(ast.ImportFrom(source, kept, 0))
            case ast.Import(names=names):
                for name in names:
                    if (name.asname or name.name.split(".")[0]) in needed:
                        yield ast.unparse(ast.Import([name]))


def _docstring(text: str) -> list[str]:
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]
    wrapped = [textwrap.wrap(paragraph, WIDTH - len(INDENT) - 6) for paragraph in paragraphs]
    lines = [line for paragraph in wrapped for line in ["", *paragraph]][1:]
    if len(lines) == 1:
        return [f'{INDENT}"""{lines[0]}"""']
    return [f'{INDENT}"""{lines[0]}', *(f"{INDENT}{line}".rstrip() for line in lines[1:]), f'{INDENT}"""']
