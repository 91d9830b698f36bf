"""What a top-level statement does to the names of its module: which it binds, changes and needs.

The compiler has already resolved the scopes, so they are read from the code object and not worked out again from the
syntax tree. Only changes in place, which scopes don't show, are read from the tree.
"""

from __future__ import annotations

import ast
import dis
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Final

LOADS: Final = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"})
ATTRIBUTES: Final = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
STORES: Final = frozenset({"STORE_NAME", "STORE_GLOBAL"})
PARTS_OF_BLOCKS: Final = ("body", "handlers", "orelse", "finalbody", "cases")
RUN_AT_ONCE: Final = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"})
DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
BLOCKS: Final = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar, ast.Match)
NEW_SCOPES: Final = (*DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

# Top-level calls that change the object that they are called on, or a library's settings, and are quick.
CHANGING_CALLS: Final = frozenset(
    # containers
    "append appendleft extend insert add update setdefault pop popleft remove discard clear sort reverse "
    # networks
    "apply to cuda cpu float double eval requires_grad_ add_module register_module load_state_dict "
    "compile build "
    # seeds and settings
    "seed manual_seed manual_seed_all set_seed set_random_seed set_default_dtype set_printoptions "
    "set_float32_matmul_precision use_deterministic_algorithms set_option filterwarnings simplefilter "
    "style.use set_style set_theme set_palette".split()
)
REGISTERING_CALLS: Final = frozenset({"add", "register"})  # `@REGISTRY.add("sgd")` above a definition
TRAINING_CALLS: Final = frozenset({"backward", "step", "fit", "fit_generator", "train_on_batch"})


@dataclass(frozen=True)
class Effects:
    """What a statement does to names of the module; `later` means when a function that it defines is called."""

    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()  # in place: `config["lr"] = 1`, `layers.append(...)`
    needs: frozenset[str] = frozenset()
    needs_later: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()  # looked up on any object
    attributes_later: frozenset[str] = frozenset()
    is_block: bool = False  # may or may not bind its names
    is_definition: bool = False  # of a function or class

    @cached_property
    def rebinds(self) -> frozenset[str]:
        """Names whose earlier value no longer matters after this statement."""
        return frozenset() if self.is_block else self.binds - self.needs


def effects_of(node: ast.stmt, code: CodeType) -> Effects:
    """The effects of one statement and its compiled form."""
    binds: set[str] = set()
    now: set[str] = set()
    later: set[str] = set()
    attributes: set[str] = set()
    attributes_later: set[str] = set()
    for part, is_later in _parts(code):
        loads: set[str] = set()
        stores: set[str] = set()
        looked_up: set[str] = set()
        for instruction in dis.get_instructions(part):
            if instruction.opname in LOADS:
                loads.add(instruction.argval)
            elif instruction.opname in STORES:
                stores.add(instruction.argval)
            elif instruction.opname in ATTRIBUTES:
                looked_up.add(instruction.argval)
        if part is code:
            binds |= stores
        elif not part.co_flags & inspect.CO_OPTIMIZED:
            loads -= stores  # a class body reads its own names
        (later if is_later else now).update(loads)
        (attributes_later if is_later else attributes).update(looked_up)
    return Effects(
        frozenset(binds),
        frozenset(_changed_names(node)),
        frozenset(now),
        frozenset(later),
        frozenset(attributes),
        frozenset(attributes_later),
        isinstance(node, BLOCKS),
        isinstance(node, DEFINITIONS),
    )


def _parts(code: CodeType, is_later: bool = False) -> Iterator[tuple[CodeType, bool]]:
    """All code objects in `code`, and whether each runs only when called."""
    yield code, is_later
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            waits = bool(constant.co_flags & inspect.CO_OPTIMIZED) and constant.co_name not in RUN_AT_ONCE
            yield from _parts(constant, is_later or waits)


def statements_in(statement: ast.stmt, inside_definitions: bool = False) -> Iterator[ast.AST]:
    """The statement and those inside it, in order; those inside functions and classes only with `inside_definitions`."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if inside_definitions or not isinstance(node, DEFINITIONS):
            children = [child for part in PARTS_OF_BLOCKS for child in getattr(node, part, ())]
            waiting += reversed(children)


def bound_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, in the order in which they are written."""
    for node in same_scope(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.alias(name=imported, asname=name) if imported != "*":
                yield name or imported.partition(".")[0]


def same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The node and its descendants in the same scope, in order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, NEW_SCOPES):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _changed_names(statement: ast.stmt) -> Iterator[str]:
    for node in same_scope(statement):
        match node:
            case ast.Attribute(value=value, ctx=ast.Store()) | ast.Subscript(value=value, ctx=ast.Store()):
                yield from _root(value)
            case ast.FunctionDef(decorator_list=decorators) | ast.ClassDef(decorator_list=decorators):
                for decorator in decorators:
                    match decorator:
                        case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in REGISTERING_CALLS:
                            yield from _root(value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=value, attr=method))):
                owner = value.attr if isinstance(value, ast.Attribute) else ""
                if method in CHANGING_CALLS or f"{owner}.{method}" in CHANGING_CALLS:
                    yield from _root(value)


def _root(node: ast.expr) -> Iterator[str]:
    """`model` for `model.layers[0].weight`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
