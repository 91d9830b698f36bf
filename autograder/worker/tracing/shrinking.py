"""Divides sizes of data sets in code, for a run on cut ones (`cutting.py`): literal ones, as in `x[:50000]`, `reshape(60000,
784)` or `correct / 10000`, and those that have a name, as in `n = 50000` and `x[:n]`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

EVERY: Final = 100
FEWEST: Final = 1000  # a smaller number is not the size of a part of a data set
WHOLE: Final = frozenset({60_000, 50_000, 10_000})  # sizes of the sets and of their usual parts
NAMED: Final = 5000  # the least size that is assigned to a name
SPLITTING: Final = frozenset(
    "random_split Subset randperm permutation choice randint train_test_split take skip".split()
)
SHAPING: Final = frozenset("reshape view resize".split())
SIZES: Final = ("train_size", "test_size", "size", "lengths", "indices")


class Shrinking(ast.NodeTransformer):
    """Divides literal sizes of data sets, and of parts of them, in code. `named` are the names of such sizes."""

    def __init__(self, named: frozenset[str] = frozenset()) -> None:
        self.named = named

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        if any(name in self.named for target in node.targets for name in _targets(target)):
            node.value = _divided(node.value, NAMED)
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None and name_of(node.target) in self.named:
            node.value = _divided(node.value, NAMED)
        self.generic_visit(node)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        if node.arg in self.named:
            node.value = _divided(node.value, NAMED)
        self.generic_visit(node)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        for owner, place, name in _defaults(node):
            if name in self.named:
                owner[place] = _divided(owner[place], NAMED)
        self.generic_visit(node)
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.Dict:
        for place, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and key.value in self.named:
                node.values[place] = _divided(node.values[place], NAMED)
        self.generic_visit(node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Slice):
                part.lower, part.upper = (each and _divided(each, FEWEST) for each in (part.lower, part.upper))
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        name = name_of(node.func)
        if name in SPLITTING:
            node.args = [_divided(each, FEWEST) for each in node.args]
            for keyword in node.keywords:
                keyword.value = _divided(keyword.value, FEWEST) if keyword.arg in SIZES else keyword.value
        elif name in SHAPING:
            node.args = [_divided(each, FEWEST, WHOLE) for each in node.args]
        elif name == "range" and len(node.args) == 3:
            node.args[1] = _divided(node.args[1], FEWEST)
        self.generic_visit(node)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        if isinstance(node.op, ast.Div | ast.FloorDiv):
            node.right = _divided(node.right, FEWEST, WHOLE)
            if isinstance(node.op, ast.FloorDiv):
                node.left = _divided(node.left, FEWEST, WHOLE)
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        if _is_a_length(node.left):
            node.comparators = [_divided(each, FEWEST, WHOLE) for each in node.comparators]
        self.generic_visit(node)
        return node


def named_sizes(trees: Sequence[ast.AST], configured: Iterable[tuple[str, int]] = ()) -> frozenset[str]:
    """Names that are used as a size, as in `n = 50000` and `x[:n]`, and for nothing else: of variables, attributes, arguments and
    keys, as in `Config(held_out=5000)` and `x[config.held_out:]`. `configured` are the keys of numbers in configuration files."""
    given: dict[str, list[ast.expr]] = {}
    for name, number in configured:
        given.setdefault(name, []).append(ast.Constant(number))
    used: set[str] = set()
    counted: set[str] = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        for name, value in _given_in(node):
            given.setdefault(name, []).append(value)
        if isinstance(node, ast.Slice):
            used |= {name for each in (node.lower, node.upper) if each is not None for name in _sizes_in(each)}
        elif isinstance(node, ast.Call) and name_of(node.func) in SPLITTING:
            values = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in SIZES)]
            parts = [each for part in values for each in (part.elts if isinstance(part, ast.List) else [part])]
            used |= {name for each in parts for name in _sizes_in(each)}
        elif isinstance(node, ast.Call) and name_of(node.func) == "range":
            (used if len(node.args) == 3 else counted).update(name for each in node.args if (name := _bare(each)))
    return frozenset(
        name
        for name, values in given.items()
        if name in used - counted and all(_size(value) >= NAMED for value in values)
    )


def _given_in(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a node gives values to. What is only passed on, as in `f(size=size)`, is no value of its own."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _pairs(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield name_of(target), value
        case ast.keyword(arg=str(name), value=ast.Constant() as value):
            yield name, value
        case ast.arguments():
            yield from ((name, owner[place]) for owner, place, name in _defaults(node))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Constant):
                    yield key.value, value


def _defaults(node: ast.arguments) -> Iterator[tuple[list[Any], int, str]]:
    """The defaults of a function's arguments: the list that has it, its place in there, and the argument's name."""
    positional = [*node.posonlyargs, *node.args]
    for place, argument in enumerate(positional[len(positional) - len(node.defaults) :]):
        yield node.defaults, place, argument.arg
    for place, argument in enumerate(node.kwonlyargs):
        if node.kw_defaults[place] is not None:
            yield node.kw_defaults, place, argument.arg


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name | ast.Attribute):
        yield name_of(target), value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)


def _targets(target: ast.expr) -> list[str]:
    return [name for node in ast.walk(target) if (name := name_of(node))]


def name_of(node: ast.AST | None) -> str:
    """The name of a variable, an attribute or an import; '' for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return str(name)
    return ""


def _bare(node: ast.expr) -> str:
    """The name of a variable, an attribute, or a key, with or without a sign; '' for anything else."""
    match node.operand if isinstance(node, ast.UnaryOp) else node:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case bare:
            return name_of(bare)


def _sizes_in(node: ast.expr) -> Iterator[str]:
    """The names of an expression that may be sizes: `n`, and of `len(x) - n` what is taken off."""
    match node:
        case ast.BinOp(op=ast.Sub(), right=part):
            yield from filter(None, [_bare(part)])
        case _:
            yield from filter(None, [_bare(node)])


def divided_number(value: Any, fewest: int) -> Any:
    """A number divided, if it may be a size of at least `fewest`; anything else as it is."""
    return value // EVERY if _possible_size(value) >= fewest else value


def _size(node: ast.expr) -> int:
    """A number in the code that may be a size; 0 for anything else."""
    return _possible_size(node.value) if isinstance(node, ast.Constant) else 0


def _possible_size(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value % EVERY == 0 else 0


def _divided(node: ast.expr, fewest: int, only: frozenset[int] | None = None) -> ast.expr:
    """The expression with its sizes divided: a number, a signed number, or a list or range of them."""
    match node:
        case ast.Constant() if (size := _size(node)) >= fewest and (only is None or size in only):
            return ast.copy_location(ast.Constant(size // EVERY), node)
        case ast.UnaryOp(operand=operand):
            node.operand = _divided(operand, fewest, only)
        case ast.BinOp(left=whole, op=ast.Sub(), right=part) if _is_a_length(whole):
            node.right = _divided(part, fewest, only)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            node.elts = [_divided(part, fewest, only) for part in parts]
        case ast.Call(func=ast.Name(id="range" | "list"), args=parts):
            node.args = [_divided(part, fewest, only) for part in parts]
    return node


def _is_a_length(node: ast.expr) -> bool:
    """`len(x)`, `x.shape[0]`."""
    return any(name_of(each) in ("len", "shape") for each in ast.walk(node))
