"""Marks functions in student code, so that their calls are inspected, if it makes tensors with gradients outside modules."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final

NAME: Final = "__network__"
OF_LIBRARIES: Final = ("Module", "Model", "Layer", "Dataset", "Sampler", "Optimizer", "Callback", "Function")
WITHOUT_GRADIENTS: Final = ("no_grad", "inference_mode")


class Marks(ast.NodeTransformer):
    """Marks functions, and methods of classes that don't derive from a library's: a library calls the methods of those."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        bases = [_name(each) for each in node.bases if isinstance(each, ast.Attribute | ast.Name)]
        if len(bases) == len(node.bases) and not any(each.endswith(OF_LIBRARIES) for each in bases):
            self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        given = node.args.posonlyargs + node.args.args
        if given and all(map(_only_without_gradients, node.decorator_list)):
            node.decorator_list.append(ast.copy_location(ast.Name(NAME, ast.Load()), node))
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        self.generic_visit(node)
        node.value = _marked(node.value)
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        self.generic_visit(node)
        node.value = _marked(node.value) if node.value is not None else None
        return node


def _marked(value: ast.expr) -> ast.expr:
    """A lambda, marked; anything else unchanged."""
    if not isinstance(value, ast.Lambda):
        return value
    return ast.copy_location(ast.Call(ast.copy_location(ast.Name(NAME, ast.Load()), value), [value], []), value)


def _only_without_gradients(decorator: ast.expr) -> bool:
    """Whether a decorator is `@torch.no_grad()` or similar: others may inspect the function itself."""
    return any(
        isinstance(each, ast.Attribute | ast.Name) and _name(each) in WITHOUT_GRADIENTS for each in ast.walk(decorator)
    )


def _name(node: ast.Attribute | ast.Name) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def are_needed(trees: Sequence[ast.AST]) -> bool:
    """Whether code itself makes tensors that require gradients: `requires_grad_()`, or `requires_grad=True`."""
    return any(isinstance(each, ast.Call) and _makes_learn(each) for tree in trees for each in ast.walk(tree))


def _makes_learn(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "requires_grad_":
        return not any(isinstance(each, ast.Constant) and each.value is False for each in call.args)
    return any(
        each.arg == "requires_grad" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in call.keywords
    )
