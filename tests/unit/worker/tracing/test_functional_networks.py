"""Networks that are functions of their weights are seen when they are called, and can be exported."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from autograder.worker.tracing import marking
from autograder.worker.tracing.exporting import exported
from autograder.worker.tracing.functions import Functional, Functions, Seen

Params = dict[str, torch.Tensor]


def params() -> Params:
    shapes = {"W1": (6, 5), "b1": (5,), "W2": (5, 3), "b2": (3,)}
    return {name: torch.randn(*shape).requires_grad_() for name, shape in shapes.items()}


def mlp(p: Params, x: torch.Tensor, drop: float = 0.0, train: bool = False) -> torch.Tensor:
    hidden = F.dropout(torch.relu(x @ p["W1"] + p["b1"]), drop, training=train)
    return F.log_softmax(hidden @ p["W2"] + p["b2"], 1)


@pytest.fixture
def watched() -> tuple[list[Seen], Callable[[Callable[..., Any]], Callable[..., Any]]]:
    seen: list[Seen] = []
    return seen, Functions(seen.append, lambda: False).marked


def test_a_call_with_weights_and_one_input_is_a_forward_pass(watched):
    seen, marked = watched
    own, x = params(), torch.randn(4, 6)
    output = marked(mlp)(own, x)
    assert len(seen) == 1
    assert seen[0].inputs is x and seen[0].output is output and not seen[0].random
    assert list(seen[0].network.weights) == ["W1", "b1", "W2", "b2"]


def test_the_same_weights_are_the_same_network(watched):
    seen, marked = watched
    own = params()
    marked(mlp)(own, torch.randn(4, 6))
    marked(mlp)(own, torch.randn(2, 6))
    marked(mlp)(params(), torch.randn(2, 6))
    assert seen[0].network is seen[1].network and seen[2].network is not seen[0].network


def test_a_known_function_with_copies_of_its_weights_is_the_same_network(watched):
    seen, marked = watched
    network, own, other, x = marked(mlp), params(), params(), torch.randn(4, 6)
    network(own, x), network(other, x)
    network({name: each.detach().clone() for name, each in own.items()}, x)
    assert [each.network for each in seen] == [seen[0].network, seen[1].network, seen[0].network]


def test_copies_of_other_numbers_are_of_the_network_that_was_called_last(watched):
    seen, marked = watched
    network, own, x = marked(mlp), params(), torch.randn(4, 6)
    network(own, x), network(params(), x), network(own, x)
    network({name: each.detach() * 0.9 for name, each in own.items()}, x)
    assert seen[3].network is seen[0].network


def test_weights_that_are_given_one_by_one_may_be_copies(watched):
    seen, marked = watched
    network = marked(lambda x, w, b: x @ w + b)
    w, b, x = torch.randn(6, 3).requires_grad_(), torch.zeros(3).requires_grad_(), torch.randn(4, 6)
    network(x, w, b), network(x, w.detach(), b.detach())
    assert len(seen) == 2 and seen[1].network is seen[0].network and seen[1].inputs is x


def test_tensors_that_fit_no_known_network_are_no_copies(watched):
    seen, marked = watched
    network, x = marked(mlp), torch.randn(4, 6)
    network(plain := {name: each.detach() for name, each in params().items()}, x)
    network(params(), x)
    network({**plain, "W1": torch.randn(6, 7), "b1": torch.randn(7), "W2": torch.randn(7, 3)}, x)
    marked(lambda stats, x: (x - stats[0]) / stats[1])((torch.zeros(6), torch.ones(6)), x)
    assert len(seen) == 1


def test_of_calls_within_one_another_the_outermost_is_the_network(watched):
    seen, marked = watched
    dense = marked(lambda pair, x: x @ pair[0] + pair[1])
    net = marked(lambda layers, x: dense(layers[1], torch.tanh(dense(layers[0], x))))
    layers = [
        (torch.randn(6, 5).requires_grad_(), torch.zeros(5).requires_grad_()),
        (torch.randn(5, 3).requires_grad_(), torch.zeros(3).requires_grad_()),
    ]
    net(layers, torch.randn(4, 6))
    assert [list(each.network.weights) for each in seen] == [["0.0", "0.1", "1.0", "1.1"]]


def test_a_function_that_gives_classes_holds_the_pass_within_it(watched):
    seen, marked = watched
    network = marked(mlp)
    marked(lambda p, x: network(p, x).argmax(1))(params(), torch.randn(4, 6))
    assert [tuple(each.output.shape) for each in seen] == [(4, 3)]


def test_an_object_that_holds_its_weights_is_a_network(watched):
    seen, marked = watched

    class Net:
        def __init__(self) -> None:
            self.params = params()
            self.optimizer = torch.optim.SGD(self.params.values(), lr=0.1)

        @marked
        def __call__(self, x: torch.Tensor) -> torch.Tensor:
            return mlp(self.params, x)

    Net()(torch.randn(4, 6))
    assert [list(each.network.weights) for each in seen] == [["params.W1", "params.b1", "params.W2", "params.b2"]]


def test_weights_of_a_module_are_left_to_it(watched):
    seen, marked = watched
    net = torch.nn.Linear(6, 3)
    marked(lambda module, x: module(x))(net, torch.randn(4, 6))
    marked(lambda w, b, x: x @ w.T + b)(net.weight, net.bias, torch.randn(4, 6))
    assert seen == []


def test_a_loss_of_inputs_and_labels_is_no_network(watched):
    seen, marked = watched
    marked(lambda p, x, y: F.nll_loss(mlp(p, x), y))(params(), torch.randn(4, 6), torch.tensor([0, 1, 2, 0]))
    marked(lambda p, scale: sum((each**2).sum() for each in p.values()) * scale)(params(), 0.001)
    assert seen == []


def test_dropout_at_work_is_told_by_the_numbers_that_it_draws(watched):
    seen, marked = watched
    marked(mlp)(params(), torch.randn(4, 6), drop=0.5, train=True)
    marked(mlp)(params(), torch.randn(4, 6), drop=0.5, train=False)
    assert [each.random for each in seen] == [True, False]


def test_an_error_in_a_network_leaves_the_next_call_to_be_seen(watched):
    seen, marked = watched
    with pytest.raises(RuntimeError):
        marked(mlp)(params(), torch.randn(4, 7))
    marked(mlp)(params(), torch.randn(4, 6))
    assert len(seen) == 1


def test_it_is_exported_with_the_names_of_its_weights_for_any_batch(watched):
    seen, marked = watched
    own = params()
    marked(mlp)(own, torch.randn(4, 6), drop=0.5, train=True)
    graph, any_batch, _ = exported(seen[0].network, torch.randn(4, 6))
    assert any_batch
    assert {node[2] for node in graph if node[0] == "in"} == {*own, None}
    assert "aten.dropout.default" in [node[2] for node in graph if node[0] == "op"]


def test_its_first_convolution_is_found_in_its_graph(watched):
    seen, marked = watched
    own = {"K": torch.randn(4, 3, 3, 3).requires_grad_(), "c": torch.zeros(4).requires_grad_()}
    marked(lambda p, x: torch.relu(F.conv2d(x, p["K"], p["c"], padding=1)))(own, torch.randn(2, 3, 8, 8))
    graph, _, _ = exported(seen[0].network, torch.randn(2, 3, 8, 8))
    found = seen[0].network.convolution(graph)
    assert found is not None
    assert found.weight is own["K"] and found.bias is own["c"] and found.padding == "[1, 1]"
    assert Functional(own).convolution([]) is None


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("w = torch.randn(3, 2).requires_grad_()", True),
        ("w = torch.randn(3, 2, requires_grad=True)", True),
        ("for p in net.parameters(): p.requires_grad_(False)", False),
        ("p.requires_grad = False", False),
        ("net = nn.Linear(2, 1)", False),
    ],
)
def test_functions_are_marked_where_code_makes_tensors_that_learn(code, needed):
    assert marking.are_needed([ast.parse(code)]) is needed


@pytest.mark.parametrize(
    ("code", "is_marked"),
    [
        ("def net(p, x): return x @ p", True),
        ("@torch.no_grad()\ndef net(p, x): return x @ p", True),
        ("@torch.jit.script\ndef net(p, x): return x @ p", False),
        ("def net(x): return x @ w", True),
        ("def load(): return x", False),
        ("net = lambda x: x @ w", True),
        ("def make(w): return lambda x: x @ w", True),
        ("rows.sort(key=lambda x: x[0])", False),
        ("class Net:\n    def forward(self, x): return x", True),
        ("class Net(nn.Module):\n    def forward(self, x): return x", False),
    ],
)
def test_functions_that_take_something_are_marked_where_no_library_calls_them(code, is_marked):
    marked = ast.fix_missing_locations(marking.Marks().visit(ast.parse(code)))
    compile(marked, "hw1.py", "exec")
    assert (marking.NAME in ast.unparse(marked)) is is_marked


def test_a_weight_that_is_one_number_keeps_its_name(watched):
    seen, marked = watched
    own = {"w": torch.randn(6).requires_grad_(), "b": torch.tensor(0.5).requires_grad_()}
    marked(lambda p, x: torch.sigmoid(x @ p["w"] + p["b"]))(own, torch.randn(4, 6))
    graph, _, _ = exported(seen[0].network, torch.randn(4, 6))
    assert {node[2] for node in graph if node[0] == "in"} == {"w", "b", None}


W1, B1 = torch.randn(6, 3, requires_grad=True), torch.zeros(3, requires_grad=True)


def of_the_module(x: torch.Tensor) -> torch.Tensor:
    return layer(x).relu()


def layer(x: torch.Tensor) -> torch.Tensor:
    return x @ W1 + B1


def closing_over(own: Params) -> Callable[[torch.Tensor], torch.Tensor]:
    return lambda x: mlp(own, x)


def test_a_function_of_its_input_alone_finds_its_weights_around_it(watched):
    seen, marked = watched
    first, second, x = closing_over(params()), closing_over(params()), torch.randn(4, 6)
    for each in (of_the_module, first, second, first):
        marked(each)(x)
    assert [len(each.network.weights) for each in seen] == [2, 4, 4, 4]
    assert seen[1].network is seen[3].network and seen[2].network is not seen[1].network


def test_it_is_exported_with_its_weights(watched):
    seen, marked = watched
    marked(of_the_module)(torch.randn(4, 6))
    graph, any_batch, _ = exported(seen[0].network, seen[0].inputs)
    assert any_batch
    assert sorted(node[2] for node in graph if node[0] == "in" and node[2]) == sorted(seen[0].network.weights)


def test_what_has_no_weights_around_it_is_no_network(watched):
    seen, marked = watched
    marked(lambda z: 1 / (1 + torch.exp(-z)))(torch.randn(4, 6))
    assert seen == []
