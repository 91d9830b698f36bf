"""Shortens intervals of batches in student code for a run that is cut.

There an epoch has only a few batches, and `if step % 100 == 0: losses.append(running / 100)` would be reached once or never. So
intervals of batches are divided by a hundred in the code: where it compares a remainder in a loop over batches, or in a function
that something else calls for each batch. Loops over a `range`, as over epochs or XOR's steps, run in full and are not changed.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import Any, Final

DIVISOR: Final = 100
FEWEST: Final = 10  # a smaller interval is not one of batches
NAME: Final = "__interval__"
OPTIMIZER: Final = re.compile(r"opt|sgd|adam|rms", re.IGNORECASE)


def interval(every: Any, at: Any = None) -> Any:
    """A shortened interval of batches, or the batch `at` which something is done in each interval."""
    if not isinstance(every, int) or isinstance(every, bool) or every < FEWEST:
        return every if at is None else at
    short = max(every // DIVISOR, 1)
    if at is None:
        return short
    return at if isinstance(at, int) and at < short else short - 1


def make_known() -> None:
    """Make `interval` available to changed code, in this process."""
    setattr(builtins, NAME, interval)


class Intervals(ast.NodeTransformer):
    """Divides intervals of batches."""

    def __init__(self) -> None:
        self._loops: list[ast.For | ast.AsyncFor | ast.While] = []  # around the current node, in its function

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        outer, self._loops = self._loops, []
        self.generic_visit(node)
        self._loops = outer
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        self._loops.append(node)
        self.generic_visit(node)
        self._loops.pop()
        return node

    def visit_While(self, node: ast.While) -> ast.While:
        self._loops.append(node)
        self.generic_visit(node)
        self._loops.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        if self._loops and _steps_rarely(node, self._loops[-1]):
            node.body = [self.visit(each) for each in node.body]
            return node
        every = self._interval_in(node.test)
        self.generic_visit(node)
        if every is not None:
            node.body = [_Shares(every).visit(each) for each in node.body]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        if (every := self._interval_in(node)) is not None and isinstance(node.left, ast.BinOp):
            node.left.right = _called(every)
            node.comparators = [_called(every, node.comparators[0])]
            return node
        self.generic_visit(node)
        return node

    def _interval_in(self, test: ast.expr) -> ast.expr | None:
        """The interval of batches in a comparison such as `step % 100 == 0`; None if there is none."""
        match test:
            case ast.Compare(left=ast.BinOp(left=counter, op=ast.Mod(), right=every), ops=[ast.Eq()]):
                return every if self._counts_batches(counter) else None
            case ast.BoolOp(values=parts):
                return next(filter(None, map(self._interval_in, parts)), None)
        return None

    def _counts_batches(self, counter: ast.expr) -> bool:
        names = {_name(each) for each in ast.walk(counter)} - {""}
        if not names or any("epoch" in each.lower() for each in names):
            return False
        if not self._loops:
            return any(
                isinstance(each, ast.Attribute) or _name(each) in ("batch", "step") for each in ast.walk(counter)
            )
        loop = self._loops[-1]
        return isinstance(loop, ast.For) and not (
            isinstance(loop.iter, ast.Call) and _name(loop.iter.func) in ("range", "trange")
        )


def _steps_rarely(branch: ast.If, loop: ast.AST) -> bool:
    """Whether an optimizer steps in this branch but gradients are cleared for each batch; with gradient accumulation they are
    cleared in the same branch."""
    return _calls(branch, "step") > 0 == _calls(branch, "zero_grad") and _calls(loop, "zero_grad") > 0


def _calls(tree: ast.AST, method: str) -> int:
    """How often an optimizer's method is called; not a scheduler's, which has `step` too."""
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    owners = (_name(each.value) for each in called if isinstance(each, ast.Attribute) and each.attr == method)
    return sum(method == "zero_grad" or bool(OPTIMIZER.search(owner)) for owner in owners)


class _Shares(ast.NodeTransformer):
    """Shortens the interval in divisions by it, as in a mean over its batches."""

    def __init__(self, every: ast.expr) -> None:
        self._every = ast.dump(every)

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and ast.dump(node.right) == self._every:
            node.right = _called(node.right)
        return node


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return str(name)
    return ""


def _called(*arguments: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(NAME, ast.Load()), list(arguments), [])
    return ast.fix_missing_locations(ast.copy_location(call, arguments[0]))
