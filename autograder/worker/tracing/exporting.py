"""Exports a PyTorch module as data: the graph of operators that its forward pass calls, with the names of its weights.

A graph is a list of nodes: `["in", name, weight]` (no weight: the input), `["constant", name, shape, numbers]`,
`["op", name, target, args, kwargs]`, and `["out", args]`. An argument that is another node's value is `{"node": name}`.
"""

from __future__ import annotations

import contextlib
from typing import Any, Final

import torch

from autograder.worker.tracing.decisions import answered, listened_to
from autograder.worker.tracing.functions import Called, Functional
from autograder.worker.tracing.modules import is_keras, main_output, unregistered_weights

MAX_NODES: Final = 4000
MAX_CONSTANT: Final = 4096  # numbers in one, such as a mean for each pixel of a picture
FEW: Final = 4  # inputs of a pass that only shows which values code asks for
SHAPING: Final = frozenset({"aten.view.default", "aten.reshape.default", "aten._unsafe_view.default"})
UNANSWERED: Final = "DataDependent"  # in the name of the error raised if code needs a tensor's value
NO_GRAD: Final = "python.wrap_with_set_grad_enabled"
Graph = list[list[Any]]


def warm_up() -> None:
    """Run a first export, which is slow, once per process and before anything is hooked."""
    with contextlib.suppress(Exception):
        exported(torch.nn.Linear(2, 2), torch.rand(4, 2))


def exported(module: torch.nn.Module, example: torch.Tensor, training: bool = True) -> tuple[Graph, bool, str]:
    """The graph of `module` in its current mode, whether it is valid for any batch size, and if not, why.

    A Keras layer gets its mode with each call: it is called with `training`.

    Raises ValueError if `torch.export` gives no graph. Generator and weights stay unchanged.
    """
    state = torch.get_rng_state()
    why = ""
    asked = Called(module) if isinstance(module, Functional) else _Asked(module, training)
    try:
        answers: list[Any] = []
        any_size = ({0: torch.export.Dim.AUTO},)
        for shapes, is_again in ((any_size, False), (any_size, True), (None, False)):
            if shapes is not None and example.shape[0] < 2:
                continue  # a batch of one would be taken as a constant
            if is_again and not answers:
                continue  # it would fail again
            try:
                with answered(answers) if answers else contextlib.nullcontext():
                    program = torch.export.export(asked, (example,), dynamic_shapes=shapes, strict=False)
                return for_any_batch(_nodes(program, module), len(example)), shapes is not None, why
            except Exception as error:
                why = f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
            answers = answers or (_answers(asked, example[:FEW], module) if UNANSWERED in why else [])
        raise ValueError(why)
    finally:
        torch.set_rng_state(state)


def _answers(asked: torch.nn.Module, example: torch.Tensor, module: torch.nn.Module) -> list[Any]:
    """The tensor values that the module's code asks for in a pass with real values, which leaves the module unchanged. Empty if
    they depend on the input, as such a network has no single graph, or if a pass fails."""
    buffers = {name: value.detach().clone() for name, value in module.named_buffers()}
    asked_for: list[list[Any]] = []
    with contextlib.suppress(Exception), torch.no_grad():
        for inputs in (example, (-2 * example).to(example.dtype)):
            with listened_to() as found:
                asked(inputs)
            asked_for.append(found)
    with torch.no_grad():
        for name, value in module.named_buffers():
            if name in buffers:
                value.copy_(buffers[name])
    return asked_for[0] if len(asked_for) == 2 and asked_for[0] == asked_for[1] else []


class _Asked(torch.nn.Module):
    """A module, or a Keras layer, wrapped to have one input and one output."""

    def __init__(self, layer: torch.nn.Module, training: bool) -> None:
        super().__init__()
        self.train(training)
        self.layer = layer
        self.mode = {"training": training} if getattr(layer, "_call_has_training_arg", False) else {}

    def forward(self, inputs: torch.Tensor) -> Any:
        return main_output(self.layer(inputs, **self.mode), len(inputs))


def _nodes(program: Any, module: torch.nn.Module) -> Graph:
    signature = program.graph_signature
    first = _first_names(module)
    weights = {
        node: first.get(name.removeprefix("layer."), name.removeprefix("layer."))
        for node, name in {**signature.inputs_to_parameters, **signature.inputs_to_buffers}.items()
    }
    constants = getattr(signature, "inputs_to_lifted_tensor_constants", {})
    # Keras's weights are lifted as constants, and so are weights that a module has not registered.
    every = {**dict(module.named_parameters()), **unregistered_weights(module)}
    names = {value.data_ptr(): name for name, value in every.items()}
    nodes: Graph = []
    _inline_what_is_without_gradients(program.graph_module)
    if is_keras(module):
        _leave_the_kind_of_the_input_open(program.graph)
    for node in _needed(program.graph):
        match node.op:
            case "placeholder" if node.name in constants:
                value = program.constants[constants[node.name]]
                if value.dim() == 0 and value.data_ptr() not in names:
                    nodes.append(["op", node.name, "aten.scalar_tensor.default", [value.item()], {}])
                elif value.data_ptr() in names or value.numel() > MAX_CONSTANT:
                    nodes.append(["in", node.name, names.get(value.data_ptr(), constants[node.name])])
                else:  # such as the mean and deviation by which a network scales its input
                    numbers = value.detach().double().flatten().tolist()
                    nodes.append(["constant", node.name, list(value.shape), numbers])
            case "placeholder":
                nodes.append(["in", node.name, weights.get(node.name)])
            case "call_function":
                arguments = {key: _plain(value) for key, value in node.kwargs.items()}
                nodes.append(["op", node.name, _target(node.target), [_plain(value) for value in node.args], arguments])
            case "output":
                nodes.append(["out", [_plain(value) for value in node.args[0]]])
        if len(nodes) > MAX_NODES:
            raise ValueError(f"it has more than {MAX_NODES} operators")
    return nodes


def _first_names(module: torch.nn.Module) -> dict[str, str]:
    """Under which name a weight is listed, by each of the names that it has: an export takes the last one of a shared layer."""
    listed = {id(value): name for name, value in (*module.named_parameters(), *module.named_buffers())}
    every = (*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False))
    return {name: listed[id(value)] for name, value in every if id(value) in listed}


def _inline_what_is_without_gradients(module: torch.fx.GraphModule) -> None:
    """Inline the operators of each `with torch.no_grad():` block, which an export keeps as a separate module."""
    graph = module.graph
    while block := next((node for node in graph.nodes if _target(node.target) == NO_GRAD), None):
        enabled, inner, *given = block.args
        inside = getattr(module, inner.target).graph
        names = [node for node in inside.nodes if node.op == "placeholder"]
        with graph.inserting_before(block):
            results: Any = graph.graph_copy(inside, dict(zip(names, given, strict=True)))
            if not enabled:
                detach = torch.ops.aten.detach.default
                results = [  # some results are sizes, not tensors
                    graph.call_function(detach, (each,)) if isinstance(each.meta.get("val"), torch.Tensor) else each
                    for each in results
                ]
        for user in list(block.users):  # each is an `operator.getitem` of one result
            user.replace_all_uses_with(results[user.args[1]])
            graph.erase_node(user)
        graph.erase_node(block)


def _leave_the_kind_of_the_input_open(graph: Any) -> None:
    """Remove casts of the input to the example's own dtype. Keras casts all its inputs: after an example of integers, such as
    XOR's cases, the graph would truncate the decimals of any other input."""
    for node in list(graph.nodes):
        of = node.args[0] if node.op == "call_function" and node.args else None
        is_cast = _target(node.target).startswith(("aten.to.", "aten._to_copy.")) if of is not None else False
        if is_cast and isinstance(of, torch.fx.Node) and of.op == "placeholder":
            before, after = of.meta.get("val"), node.meta.get("val")
            if isinstance(before, torch.Tensor) and isinstance(after, torch.Tensor) and before.dtype == after.dtype:
                node.replace_all_uses_with(of)
                graph.erase_node(node)


def for_any_batch(nodes: Graph, batch: int) -> Graph:
    """The graph with the example's batch size, as left by `x.reshape(len(x), 4096)`, replaced by that of the input."""
    place = next((number for number, node in enumerate(nodes) if node[0] == "in" and node[2] is None), None)
    found = [node for node in nodes if node[0] == "op" and node[2] in SHAPING and node[3][1][:1] == [batch]]
    if place is None or not found:
        return nodes
    size = ["op", "batch_of_the_input", "aten.sym_size.int", [{"node": nodes[place][1]}, 0], {}]
    for node in found:
        node[3][1][0] = {"node": size[1]}
    return [*nodes[: place + 1], size, *nodes[place + 1 :]]


def _needed(graph: Any) -> list[Any]:
    """The nodes on which the output depends, and those that change a value in place or draw random numbers; in order."""
    needed: set[Any] = set()
    for node in reversed(graph.nodes):
        if node.op == "output" or _has_an_effect(node) or any(user in needed for user in node.users):
            needed.add(node)
    return [node for node in graph.nodes if node in needed]


def _has_an_effect(node: Any) -> bool:
    name = operator[1] if node.op == "call_function" and len(operator := _target(node.target).split(".")) > 1 else ""
    return (name.endswith("_") and not name.endswith("__")) or "dropout" in name


def _target(target: Any) -> str:
    return str(target) if isinstance(target, torch._ops.OpOverload) else f"python.{getattr(target, '__name__', target)}"


def _plain(value: Any) -> Any:
    if isinstance(value, torch.fx.Node):
        return {"node": value.name}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return {"other": str(value)}
