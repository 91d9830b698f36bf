"""A network rebuilt from its graph computes what the module computes, and nothing that is not allowed."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch
from torch import nn

from autograder.own_work import bounded_memory
from autograder.trace.graphs import GraphError, compute
from autograder.trace.layers import layers, output_layers
from autograder.worker.tracing.exporting import exported


class Flexible(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.ModuleList([nn.Linear(12, 5), nn.Linear(5, 3)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.view(x.size(0), -1)
        for part in self.parts[:-1]:
            x = torch.relu(part(x))
        return self.parts[-1](x)


def weights_of(module: nn.Module) -> dict[str, torch.Tensor]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


CONVOLUTIONS = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding="same"), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 4)
)


@pytest.mark.parametrize(("module", "shape"), [(Flexible(), (3, 2, 2)), (CONVOLUTIONS, (3, 8, 8))])
def test_a_rebuilt_network_gives_the_modules_output_for_batches_of_any_size(
    module: nn.Module, shape: tuple[int, ...]
) -> None:
    graph, any_batch, _ = exported(module.eval(), torch.rand(6, *shape))
    assert any_batch
    for size in (6, 9):
        inputs = torch.rand(size, *shape)
        assert torch.allclose(compute(graph, weights_of(module), inputs), module(inputs), atol=1e-6)


class Scaling(nn.Module):
    """Scales its input by numbers that it does not know as its own, and returns more than one tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.mean = torch.tensor([0.5, 0.4, 0.3]).view(3, 1, 1)
        self.out = nn.Linear(12, 4)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        scaled = (x - self.mean) / torch.tensor(0.25)
        return scaled, self.out(scaled.flatten(1))


def test_constants_are_part_of_the_graph_and_one_of_several_outputs_is_the_answer() -> None:
    module, inputs = Scaling(), torch.rand(6, 3, 2, 2)
    graph, any_batch, _ = exported(module, inputs)
    assert any_batch
    assert [node[2] for node in graph if node[0] == "constant"] == [[3, 1, 1]]
    assert torch.allclose(compute(graph, weights_of(module), inputs), module(inputs)[1], atol=1e-6)


def test_dropout_is_repeated_from_the_generators_state_and_can_be_switched_off() -> None:
    module = nn.Sequential(nn.Linear(4, 50), nn.Dropout(0.5), nn.Linear(50, 2)).train()
    graph, _, _ = exported(module, torch.rand(6, 4))
    inputs = torch.rand(6, 4)
    state = torch.get_rng_state()
    drawn = module(inputs)
    torch.set_rng_state(state)
    assert torch.equal(compute(graph, weights_of(module), inputs), drawn)
    assert torch.allclose(compute(graph, weights_of(module), inputs, training=False), module.eval()(inputs))


def test_layers_are_told_with_their_sizes_in_order() -> None:
    graph, _, _ = exported(CONVOLUTIONS, torch.rand(2, 3, 8, 8))
    found = layers(graph, {name: tuple(value.shape) for name, value in CONVOLUTIONS.state_dict().items()})
    assert [layer.kind for layer in found] == ["conv", "norm", "activation", "max pool", "linear"]
    assert (found[0].size_in, found[0].size_out, found[0].kernel, found[0].same) == (3, 8, 3, True)


def test_a_network_whose_path_depends_on_its_data_is_known_for_one_batch_or_refused_with_a_reason() -> None:
    class Branching(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Linear(2, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.one(x) if x.sum() > 0 else -self.one(x)

    with pytest.raises(ValueError, match="Guard"):
        exported(Branching(), torch.rand(4, 2))


OUT: Any = ["out", [{"node": "y"}]]
WIDE, KERNEL, DOT, PICTURE = ({"node": name} for name in ("wide", "kernel", "dot", "picture"))
ONES: Any = [  # one number in memory each, however large they are
    ["op", "one", "aten.ones.default", [[1, 1, 1, 1]], {}],
    ["op", "dot", "aten.alias.default", [{"node": "one"}], {}],
    ["op", "kernel", "aten.expand.default", [{"node": "one"}, [1, 1, 4000, 4000]], {}],
    ["op", "picture", "aten.expand.default", [{"node": "one"}, [1, 1, 8000, 8000]], {}],
    ["op", "flat", "aten.view.default", [{"node": "one"}, [1, 1]], {}],
    ["op", "wide", "aten.expand.default", [{"node": "flat"}, [2**14, 2**14]], {}],
]


@pytest.mark.parametrize(
    ("graph", "why"),
    [
        (
            [["in", "x", None], ["op", "y", "aten.save.default", [{"node": "x"}], {}], ["out", [{"node": "y"}]]],
            "not among",
        ),
        ([["op", "y", "os.system", ["id"], {}], ["out", [{"node": "y"}]]], "not among"),
        ([["op", "y", "aten.zeros.default", [[2**20, 2**20]], {}], ["out", [{"node": "y"}]]], "too large"),
        (
            [["in", "x", None], ["op", "y", "aten.relu.default", [{"node": "z"}], {}], ["out", [{"node": "y"}]]],
            "not there",
        ),
        ([["op", "y", "aten.add.__setattr__", ["Tensor", 1], {}], ["out", [{"node": "y"}]]], "is no operator"),
        ([["op", "y", "aten.add.__class__", ["x"], {}], ["out", [{"node": "y"}]]], "is no operator"),
        ([["op", "y", "python.mul", ["a", 2**28], {}], ["out", [{"node": "y"}]]], "numbers only"),
        ([["op", "y", "python.mul", [2**61, 8], {}], ["out", [{"node": "y"}]]], "too large"),
        (
            [
                ["op", "z", "aten.zeros.default", [[2**14, 2**14]], {}],
                ["op", "y", "aten.mm.default", [{"node": "z"}, {"node": "z"}], {}],
                ["out", [{"node": "y"}]],
            ],
            "takes too long",
        ),
        (
            [
                ["op", "x", "aten.zeros.default", [[1, 2**9, 2**9, 2**9]], {}],
                ["op", "w", "aten.zeros.default", [[2**9, 2**9, 2**5, 2**5]], {}],
                ["op", "y", "aten.conv2d.default", [{"node": "x"}, {"node": "w"}], {}],
                ["out", [{"node": "y"}]],
            ],
            "takes too long",
        ),
        ([*ONES, ["op", "y", "aten.mm.default", [], {"self": WIDE, "mat2": WIDE}], OUT], "takes too long"),
        (
            [*ONES, ["op", "y", "aten.conv2d.default", [DOT, KERNEL, None, [1, 1], [4000, 4000]], {}], OUT],
            "takes too long",
        ),
        (
            [*ONES, ["op", "y", "aten.conv2d.default", [DOT], {"weight": KERNEL, "padding": 4000}], OUT],
            "takes too long",
        ),
        (
            [*ONES, ["op", "y", "aten.avg_pool2d.default", [PICTURE], {"kernel_size": 4000, "stride": 1}], OUT],
            "takes too long",
        ),
        ([*ONES, *(["op", f"e{n}", "aten.alias.default", [PICTURE], {}] for n in range(2000)), OUT], "takes too long"),
        ([["op", "y", "aten.empty.out", [[4]], {}], ["out", [{"node": "y"}]]], "nothing was written into"),
        ([["op", "y", "python.floordiv", [1, 0], {}], ["out", [{"node": "y"}]]], "can't be computed"),
        ([["in", "w", "a.weight"], ["out", [{"node": "w"}]]], "was not recorded"),
        ([["constant", "y", [2, 2], [1.0]], ["out", [{"node": "y"}]]], "is no array"),
        ([["constant", "y", ["a"], [1.0]], ["out", [{"node": "y"}]]], "is no array"),
        ([["constant", "y", [1], ["a"]], ["out", [{"node": "y"}]]], "is no array"),
        ([["in", "x", None]], "no output"),
        ([["eval", "1"]], "unknown form"),
        ([["out", [7]]], "no tensor"),
        ("a text", "not a graph"),
        ([["in", "x", None]] * 5000, "too large"),
    ],
)
def test_a_forged_graph_is_refused_with_a_sentence(graph: Any, why: str) -> None:
    with pytest.raises(GraphError, match=why):
        compute(graph, {}, torch.rand(2, 2))


INPUT: Any = ["in", "x", None]


def normalised(operator: str, statistics: Any, *settings: Any) -> list[Any]:
    """Nodes of a normalisation of thirty channels, with one number where each of them needs one."""
    given = [{"node": "x"}, *statistics, *settings]
    return [["op", "few", "aten.zeros.default", [[1]], {}], ["op", "y", f"aten.{operator}", given, {}]]


ONE: Any = {"node": "few"}
WHOLE: Any = {"dtype": {"other": "torch.int64"}}
LEAST: Any = [  # the least whole number
    ["op", "half", "aten.full.default", [[4], -(2**62)], WHOLE],
    ["op", "least", "aten.add.Tensor", [{"node": "half"}, {"node": "half"}], {}],
    ["op", "minus", "aten.full.default", [[4], -1], WHOLE],
]
BY_MINUS_ONE: Any = [
    "op",
    "y",
    "aten.div.Tensor_mode",
    [{"node": "least"}, {"node": "minus"}],
    {"rounding_mode": "trunc"},
]
SETTINGS: Any = (1.0, 1e-5)


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        (
            normalised("native_batch_norm.default", [None, None, ONE, ONE, True], *SETTINGS),
            "its running_mean has not one",
        ),
        (normalised("_native_batch_norm_legit.no_stats", [ONE, None, True], *SETTINGS), "its weight has not one"),
        (normalised("native_batch_norm.default", [None] * 4 + [False], *SETTINGS), "lacks statistics"),
        (normalised("_native_batch_norm_legit.no_stats", [None, None, False], *SETTINGS), "lacks statistics"),
        ([*LEAST, BY_MINUS_ONE], "not divided by -1"),
        ([["op", "y", "aten.ones.default", [[4]], {"dtype": -1}]], "its dtype is a number"),
        ([["op", "y", "aten.to.prim_dtype", [{"node": "x"}, -1], {}]], "only compiled scripts"),
        ([["op", "y", "aten.softmax.int", [{"node": "x"}, 1, -1], {}]], "its dtype is a number"),
        ([["op", "y", "aten.add.out", [{"node": "x"}, {"node": "x"}], {"out": {"node": "x"}}]], "write into another"),
        ([["op", "y", "aten.view.dtype", [{"node": "x"}, {"other": "torch.int32"}], {}]], "of another kind"),
        ([["op", "y", "aten.to.dtype", [{"node": "x"}, {"other": "torch.quint8"}], {}]], "of an unknown kind"),
        ([["op", "y", "aten.zeros.default", [[4]], {"layout": {"other": "torch.sparse_coo"}}]], "of an unknown kind"),
    ],
)
def test_what_would_end_the_graders_process_or_write_past_a_value_is_not_computed(nodes: list[Any], why: str) -> None:
    with pytest.raises(GraphError, match=why):
        compute([INPUT, *nodes, ["out", [{"node": "y"}]]], {}, torch.rand(2, 30, 4, 4))


def test_a_network_that_takes_one_of_several_values_is_rebuilt() -> None:
    class Halves(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(6, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            one, other = self.layer(x).chunk(2, dim=1)
            return one * torch.sigmoid(other)

    module = Halves()
    graph, _, _ = exported(module, torch.rand(4, 6))
    inputs = torch.rand(4, 6)
    assert torch.equal(compute(graph, weights_of(module), inputs), module(inputs))


def test_batch_normalisation_by_its_inner_operator_is_computed_where_all_fits() -> None:
    norm = nn.BatchNorm2d(3).eval()
    arguments = [{"node": name} for name in ("x", "weight", "bias", "running_mean", "running_var")]
    graph = [
        INPUT,
        *(["in", name, name] for name in ("weight", "bias", "running_mean", "running_var")),
        ["op", "all", "aten.native_batch_norm.default", [*arguments, False, 0.1, 1e-5], {}],
        ["op", "y", "python.getitem", [{"node": "all"}, 0], {}],
        ["out", [{"node": "y"}]],
    ]
    inputs = torch.rand(2, 3, 4, 4)
    assert torch.allclose(compute(graph, weights_of(norm), inputs), norm(inputs))


def test_a_weight_whose_axes_are_turned_is_told_with_their_order() -> None:
    class Turned(nn.Module):  # as Keras keeps its kernels: (height, width, in, out), and (in, out)
        def __init__(self) -> None:
            super().__init__()
            self.kernel, self.dense = nn.Parameter(torch.rand(3, 3, 2, 5)), nn.Parameter(torch.rand(80, 4))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = torch.nn.functional.conv2d(x, self.kernel.permute(3, 2, 0, 1).contiguous(), padding=1)
            return torch.matmul(x.reshape(x.shape[0], -1), self.dense)

    graph, _, _ = exported(Turned(), torch.rand(2, 2, 4, 4))
    convolution, linear = layers(graph, {"kernel": (3, 3, 2, 5), "dense": (80, 4)})
    assert (convolution.size_in, convolution.size_out, convolution.kernel, convolution.same) == (2, 5, 3, True)
    assert (convolution.weight, convolution.order) == ("kernel", (3, 2, 0, 1))
    assert (linear.size_in, linear.size_out) == (80, 4)


def test_axes_that_make_no_sense_give_no_layer_and_no_error() -> None:
    nodes: list[Any] = [["in", "w", "kernel"]]
    for arguments in ([], [{"node": "w"}], [{"node": "w"}, 7], [{"node": "w"}, [0, 0, "x"]], [{"node": "w"}, 99, -99]):
        for name in ("permute", "transpose", "t"):
            nodes.append(["op", "w2", f"aten.{name}.default", arguments, {}])
    assert layers(nodes, {"kernel": (3, 3, 2, 5)}) == []


class _ListedInReverse(nn.Module):
    """Its head is made first; two ways lead to the output."""

    def __init__(self) -> None:
        super().__init__()
        self.head, self.short, self.body = nn.Linear(6, 10), nn.Linear(5, 10), nn.Linear(5, 6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.log_softmax(self.short(x) + self.head(torch.relu(self.body(x))), 1)


def test_the_last_layers_are_those_that_make_the_output_wherever_the_module_lists_them() -> None:
    module = _ListedInReverse()
    graph, _, _ = exported(module, torch.rand(4, 5))
    shapes = {name: tuple(each.shape) for name, each in module.state_dict().items()}
    assert {each.weight for each in output_layers(graph, shapes)} == {"head.weight", "short.weight"}
    assert {each.size_out for each in output_layers(graph, shapes)} == {10}
    assert output_layers(None, {}) == output_layers([], {}) == output_layers([["out", [None]]], {}) == []


def test_a_graph_that_goes_in_circles_has_last_layers_and_an_end() -> None:
    circle = [
        ["op", "a", "aten.relu.default", [{"node": "b"}], {}],
        ["op", "b", "aten.relu.default", [{"node": "a"}], {}],
    ]
    assert output_layers([*circle, ["out", [{"node": "a"}]]], {}) == []


def test_weights_that_are_doubles_take_inputs_as_doubles():
    graph = [
        ["in", "x", None],
        ["in", "w", "w"],
        ["op", "y", "aten.matmul.default", [{"node": "x"}, {"node": "w"}], {}],
        ["out", [{"node": "y"}]],
    ]
    weights = {"w": torch.rand(3, 2, dtype=torch.float64)}
    assert compute(graph, weights, torch.rand(4, 3)).dtype == torch.float64


class _Parts(nn.Module):
    """Takes all but the first column, and drops numbers by a mask that it draws into fresh memory."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(5, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x[:, 1:]) * torch.empty(3).bernoulli_(0.5)


def test_slices_to_the_end_and_fresh_memory_are_computed() -> None:
    module, inputs = _Parts(), torch.rand(8, 6)
    graph, any_batch, _ = exported(module, inputs)
    assert any_batch
    state = torch.get_rng_state()
    drawn = module(inputs)
    torch.set_rng_state(state)
    assert torch.equal(compute(graph, weights_of(module), inputs), drawn)


@pytest.mark.parametrize("keywords", [{"train": True}, {}])
def test_dropout_is_off_in_evaluation_however_its_mode_is_given(keywords: dict[str, bool]) -> None:
    given = [{"node": "x"}, 0.5, *([] if keywords else [True])]
    graph = [INPUT, ["op", "y", "aten.dropout.default", given, keywords], OUT]
    assert torch.equal(compute(graph, {}, torch.ones(50), training=False), torch.ones(50))


def test_a_strangers_words_stand_in_quotation_marks() -> None:
    for node in (["op", "y", "x`. All is right", [], {}], ["in", "y", "x'. All is right"]):
        with pytest.raises(GraphError, match=r"“x.\. All is right”"):
            compute([node, OUT], {}, torch.rand(2, 2))


def _long(name: str, operator: str, count: int) -> list[Any]:
    """A graph of so many operators, each of which takes the value before it twice."""
    nodes: list[Any] = [
        INPUT,
        ["op", "n0", name, [{"node": "x"}], {}],
        ["op", "m0", "aten.mul.Tensor", [{"node": "n0"}, {"node": "x"}], {}],
    ]
    for number in range(1, count):
        before = {"node": f"m{number - 1}"}
        nodes.append(["op", f"m{number}", operator, [before, before], {}])
    return [*nodes, ["out", [{"node": f"m{count - 1}"}]]]


@pytest.mark.parametrize("first", ["aten.neg.default", "aten.rand_like.default"])
def test_the_layers_of_a_long_graph_are_told_in_little_time(first: str) -> None:
    began = time.process_time()
    layers(_long(first, "aten.add.Tensor", 3900), {})
    assert time.process_time() - began < 20


def test_a_value_that_is_not_asked_for_again_takes_no_room() -> None:
    large = {"node": "large"}
    nodes = [["op", "large", "aten.ones.default", [[2**26]], {}]]
    for number in range(40):  # 256 MB each
        nodes += [["op", f"next{number}", "aten.add.Tensor", [large, 1.0], {}]]
        large = {"node": f"next{number}"}
    graph = [INPUT, *nodes, ["op", "y", "aten.mean.default", [large], {}], OUT]
    with torch.no_grad(), bounded_memory(2 * 2**30):
        assert float(compute(graph, {}, torch.rand(1))) == 41


@pytest.mark.parametrize("name", ["w", "seen", "part"])
def test_a_forward_pass_does_not_change_the_weights_that_are_learned(name: str) -> None:
    graph = [
        INPUT,
        ["in", "w", "w"],
        ["op", "seen", "aten.detach.default", [{"node": "w"}], {}],
        ["op", "part", "aten.select.int", [{"node": "seen"}, 0, 0], {}],
        ["op", "changed", "aten.fill_.Scalar", [{"node": name}, 5.0], {}],
        ["op", "y", "aten.linear.default", [{"node": "x"}, {"node": "w"}], {}],
        OUT,
    ]
    weights = {"w": torch.ones(3, 2, requires_grad=True)}
    with pytest.raises(GraphError, match="would change a weight"):
        compute(graph, weights, torch.ones(4, 2))
    assert torch.equal(weights["w"], torch.ones(3, 2))
    assert compute(graph, {"w": torch.ones(3, 2)}, torch.ones(4, 2)).shape == (4, 3)  # as statistics are


def test_a_weight_in_direction_and_size_is_computed_and_is_the_weight_of_its_layer():
    module = torch.nn.Sequential(
        torch.nn.utils.parametrizations.weight_norm(torch.nn.Conv2d(3, 4, 3)), torch.nn.Flatten()
    )
    x = torch.randn(2, 3, 8, 8)
    graph, _, _ = exported(module, x)
    weights = {name: value.detach() for name, value in module.named_parameters()}
    assert torch.allclose(compute(graph, weights, x), module(x), atol=1e-6)
    shapes = {name: tuple(value.shape) for name, value in weights.items()}
    assert [(each.kind, each.size_in, each.size_out) for each in layers(graph, shapes)] == [("conv", 3, 4)]


def test_a_direction_without_a_size_for_each_of_its_numbers_is_refused():
    graph = [
        ["in", "v", "v"],
        ["in", "g", "g"],
        ["op", "w", "aten._weight_norm.default", [{"node": "v"}, {"node": "g"}, 0], {}],
    ]
    weights = {"v": torch.ones(4, 1), "g": torch.ones(1, 1000)}
    with pytest.raises(GraphError, match="do not fit"):
        compute([*graph, ["out", [{"node": "w"}]]], weights, torch.ones(1, 1))


def test_a_matrix_that_is_turned_as_mt_is_a_linear_layer():
    graph = [
        ["in", "x", None],
        ["in", "w", "w"],
        ["op", "turned", "aten.mT.default", [{"node": "w"}], {}],
        ["op", "y", "aten.matmul.default", [{"node": "x"}, {"node": "turned"}], {}],
        ["out", [{"node": "y"}]],
    ]
    assert compute(graph, {"w": torch.ones(2, 3)}, torch.ones(1, 3)).tolist() == [[3.0, 3.0]]
    assert [(each.size_in, each.size_out) for each in layers(graph, {"w": (2, 3)})] == [(3, 2)]
