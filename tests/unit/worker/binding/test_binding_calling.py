"""Functions whose parameters are not the standard ones."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest
import torch

from autograder.worker.binding import Code, Function, Mapped, MissingFunction, load
from tests.unit.worker.binding.conftest import write

ACCEPTS = {
    "loader": ["train_loader", "val_loader", "dataloader"],
    "optimizer": ["opt"],
    "loss_fn": ["criterion"],
    "layer_sizes[0]": ["input_size"],
    "layer_sizes[1:-1]": ["hidden_sizes"],
    "layer_sizes[-1]": ["output_size"],
    "device": ["device"],
    "1": ["epochs"],
}
TRAIN = Function(
    "train_epoch", "train_epoch(model, loader, optimizer, loss_fn)", ["train"], ACCEPTS, may_lack=["loss_fn"]
)
BUILD = Function("build_mlp", 'build_mlp(layer_sizes, activation="relu")', ["MLP"], ACCEPTS)
XOR = Function("build_xor_model", "build_xor_model(hidden=4)", ["XORNet"], {"hidden": ["hidden_size"]})


@pytest.fixture
def bound(folder) -> Callable[[str], Code]:
    def bound(text: str) -> Code:
        write(folder, {"hw1.py": dedent(text)})
        return load(folder, ["hw1.py"], {each.name: each for each in (TRAIN, BUILD, XOR)})

    return bound


def how(code: Code, name: str) -> str:
    return next(record.how for record in code.bindings() if record.function == name)


def test_arguments_in_another_order_are_given_by_name(bound):
    code = bound("def train(model, criterion, opt, train_loader):\n    return [model, train_loader, opt, criterion]")
    assert code.train_epoch("net", "data", "steps", "loss") == ["net", "data", "steps", "loss"]
    assert how(code, "train_epoch") == (
        "alias, called with model=model, criterion=loss_fn, opt=optimizer, train_loader=loader"
    )


def test_the_same_order_is_kept_for_names_that_nobody_knows(bound):
    code = bound("def train(net, stuff, stepper, objective):\n    return [net, stuff, stepper, objective]")
    assert code.train_epoch("net", loader="data", optimizer="steps", loss_fn="loss") == ["net", "data", "steps", "loss"]


def test_what_the_standard_function_does_not_have_is_given_from_the_rubric(bound):
    code = bound(
        "def train(model, loader, val_loader, epochs, device, opt):\n    return loader, val_loader, epochs, str(device)"
    )
    assert code.train_epoch("net", "data", "steps", "loss") == ("data", "data", 1, "cpu")


def test_a_list_of_sizes_is_taken_apart(bound):
    code = bound(
        """
        class MLP:
            def __init__(self, input_size, hidden_sizes, output_size, activation="relu"):
                self.all = [input_size, hidden_sizes, output_size, activation]
        """
    )
    assert code.build_mlp([784, 128, 64, 10], "tanh").all == [784, [128, 64], 10, "tanh"]
    assert code.build_mlp([784, 10]).all == [784, [], 10, "relu"]


def test_parameters_with_defaults_keep_them_where_nothing_was_given(bound):
    code = bound("class XORNet:\n    def __init__(self, hidden_size=3):\n        self.hidden = hidden_size")
    assert code.build_xor_model().hidden == 3
    assert code.build_xor_model(2).hidden == 2


def test_an_argument_without_a_place_is_a_type_error_and_can_be_asked_for_before(bound):
    code = bound("class XORNet:\n    def __init__(self):\n        pass")
    assert not code.takes("build_xor_model", "hidden")
    code.build_xor_model()
    with pytest.raises(TypeError, match="`XORNet` takes no `hidden`"):
        code.build_xor_model(hidden=2)


def test_an_alias_that_can_not_be_called_is_left_with_the_reason(bound):
    code = bound("def train(model, loader, epochs, temperature):\n    pass")
    with pytest.raises(MissingFunction, match=r"can't be called for it: nothing is known to give for `temperature`\."):
        _ = code.train_epoch


def test_a_function_that_makes_its_own_optimizer_can_not_stand_for_one_that_is_given_one(bound):
    code = bound("def train(model, train_loader, val_loader, epochs, criterion):\n    pass")
    with pytest.raises(MissingFunction, match=r"it takes no `optimizer`\."):
        _ = code.train_epoch


def test_a_function_of_an_unknown_name_is_found_by_its_parameters(bound):
    code = bound("def one_round(model, opt, criterion, dataloader):\n    return dataloader")
    assert code.train_epoch("net", "data", "steps", "loss") == "data"
    assert how(code, "train_epoch").startswith(
        "its parameters, under a name that is not known, called with model=model"
    )


def test_of_two_functions_that_fit_by_their_parameters_none_is_taken(bound):
    code = bound(
        "def first(model, loader, opt, criterion):\n    pass\ndef second(model, loader, opt, criterion):\n    pass\n"
    )
    with pytest.raises(MissingFunction, match=r"fit `first\(.*\)` in hw1.py line 1, `second\(.*\)` in hw1.py line 3"):
        _ = code.train_epoch


def test_the_standard_name_is_taken_whatever_its_parameters_are(bound):
    code = bound("def train_epoch(anything):\n    return anything")
    assert code.train_epoch(1) == 1


def test_the_standard_name_with_other_parameters_is_called_by_their_names(bound):
    code = bound("def train_epoch(model, loader, criterion, optimizer):\n    return optimizer")
    assert code.train_epoch("net", "data", "steps", "loss") == "steps"


def test_what_takes_the_functions_place_is_called_in_the_standard_way(bound):
    code = bound("def train(model, criterion, opt, train_loader):\n    return 'theirs'")
    code.replace("train_epoch", lambda model, loader, optimizer, loss_fn: loader)
    assert code.train_epoch("net", "data", "steps", "loss") == "data"


ACTIVATIONS = {
    **ACCEPTS,
    "activation": ["act"],
    '{"relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}[activation]': ["activation()", "act()"],
    '{"relu": torch.relu, "tanh": torch.tanh}[activation]': ["activation(x)", "act(x)"],
}
MODULES = Function("build_mlp", 'build_mlp(layer_sizes, activation="relu")', ["MLP"], ACTIVATIONS)


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("def __init__(self, sizes, activation=nn.ReLU):\n        self.made = activation", torch.nn.Tanh),
        ("def __init__(self, sizes, act):\n        self.made = act\n        self.layer = act()", torch.nn.Tanh),
        ("def __init__(self, sizes, activation=F.relu):\n        self.made = activation", torch.tanh),
        (
            "def __init__(self, sizes, act):\n        self.made = act\n    def forward(self, x):\n        return self.made(x)",
            torch.tanh,
        ),
        ("def __init__(self, sizes, act):\n        self.made = act\n        self.relu = act == 'relu'", "tanh"),
        ("def __init__(self, sizes, activation='relu'):\n        self.made = activation", "tanh"),
    ],
    ids=["a class as default", "called to make a module", "a function as default", "called with numbers", "compared", "text"],
)  # fmt: skip
def test_an_activation_is_given_as_what_the_students_code_does_with_it(folder, text, given):
    imports = "import torch.nn as nn\nimport torch.nn.functional as F\n"
    write(folder, {"hw1.py": f"{imports}class MLP:\n    {text}\n"})
    assert load(folder, ["hw1.py"], {"build_mlp": MODULES}).build_mlp([4, 2], "tanh").made is given


def test_whether_a_name_is_taken_as_it_is_can_be_asked(folder):
    write(
        folder, {"hw1.py": "import torch.nn as nn\nclass MLP:\n    def __init__(self, sizes, activation=nn.ReLU): ..."}
    )
    code = load(folder, ["hw1.py"], {"build_mlp": MODULES})
    assert code.takes("build_mlp", "layer_sizes")  # the only parameter left on both sides
    assert not code.takes("build_mlp", "activation")


BUILT = Function("build_xor_model", "build_xor_model(hidden=4)", variables=["xor_model"], gives="deepcopy(variable)")
TRAINED = Function("train_xor", "train_xor(model=None)", variables=["xor_model"], gives="variable", trained=True)
OPTIMIZERS = Function(
    "build_optimizer", "build_optimizer(name, parameters)", variables=["optimizers"], gives="variable[name](parameters)"
)
TOP_LEVEL = """
    class Model:
        steps = 0
        def step(self): self.steps += 1
    xor_model = Model()
    rounds = 5
    for _ in range(rounds):
        xor_model.step()
    optimizers = {"SGD": lambda p: ["plain", p]}
"""


@pytest.fixture
def top_level(folder) -> Code:
    write(folder, {"hw1.py": dedent(TOP_LEVEL)})
    return load(folder, ["hw1.py"], {each.name: each for each in (BUILT, TRAINED, OPTIMIZERS)})


def test_a_variable_stands_in_for_the_function_that_would_make_it(top_level):
    assert top_level.build_xor_model().steps == 0
    assert top_level.build_optimizer("SGD", "weights") == ["plain", "weights"]
    assert how(top_level, "build_optimizer") == "a variable"
    assert not top_level.takes("build_xor_model", "hidden")


def test_a_variable_is_trained_where_the_function_would_train(top_level):
    assert top_level.train_xor().steps == 5
    assert how(top_level, "train_xor") == "the variable as it is after its training"


def test_a_mapped_variable_of_any_name_stands_in_as_the_rubrics_own_would(folder):
    write(folder, {"hw1.py": dedent(TOP_LEVEL).replace("xor_model", "modelo")})
    code = load(folder, ["hw1.py"], {"train_xor": TRAINED}, {"train_xor": Mapped("modelo", "autograder.toml")})
    assert code.train_xor().steps == 5
    assert how(code, "train_xor") == "named by autograder.toml, the variable as it is after its training"


@pytest.mark.parametrize(
    ("optimizers", "serves"),
    [
        ("dict(SGD=lambda p: ['plain', p])", True),
        ("{'SGD': partial(make, 'plain')}", True),
        ("{name: make for name in ['SGD']}", True),
        ("{'SGD': make('plain', 'weights')}", False),  # an optimizer
        ("{}", False),  # filled later, mostly with results
        ("['SGD']", False),
        ("{'SGD': {'lr': 0.1}}", False),
    ],
)
def test_a_variable_whose_entries_are_to_be_called_serves_only_if_they_can_be(folder, optimizers, serves):
    lines = ["from functools import partial", "def make(*given): return list(given)", f"optimizers = {optimizers}"]
    write(folder, {"hw1.py": "\n".join(lines)})
    code = load(folder, ["hw1.py"], {"build_optimizer": OPTIMIZERS})
    assert (how(code, "build_optimizer") == "a variable") == serves


MAKER = Function("build_mlp", "build_mlp(sizes)", aliases=["MLP"])
DROPPER = Function(
    "build_dropout_mlp",
    "build_dropout_mlp(sizes, dropout=0.5)",
    aliases=["*mlp*drop*"],
    accepts={"dropout": ["p"]},
    shared_with={"build_mlp": "dropout"},
)
WIDE = "class MLP:\n    def __init__(self, sizes, p=0.0):\n        self.made = sizes, p\n"


def test_what_answers_for_one_function_answers_for_another_by_a_parameter(folder):
    write(folder, {"hw1.py": WIDE})
    code = load(folder, ["hw1.py"], {"build_mlp": MAKER, "build_dropout_mlp": DROPPER})
    assert code.build_mlp([4, 2]).made == ([4, 2], 0.0)
    assert code.build_dropout_mlp([4, 2]).made == ([4, 2], 0.5)  # the standard default, not the student's
    assert how(code, "build_dropout_mlp").startswith("what answers for `build_mlp` takes `dropout`")


def test_it_does_not_without_that_parameter(folder):
    write(folder, {"hw1.py": "class MLP:\n    def __init__(self, sizes): ..."})
    code = load(folder, ["hw1.py"], {"build_mlp": MAKER, "build_dropout_mlp": DROPPER})
    assert "build_dropout_mlp" not in code


def test_an_alias_with_a_star_is_a_guess_that_says_so(folder):
    write(
        folder,
        {"hw1.py": "class MyMLPWithDropout:\n    def __init__(self, sizes, p=0.3):\n        self.made = sizes, p\n"},
    )
    code = load(folder, ["hw1.py"], {"build_dropout_mlp": DROPPER})
    assert code.build_dropout_mlp([4], 0.5).made == ([4], 0.5)
    (binding,) = code.bindings()
    assert binding.sure == "a guess"
    assert "like `*mlp*drop*`" in binding.how


CNN = Function("train_cnn", "train_cnn(model, train_loader, validation_loader, epochs=20)", accepts={"model": ["net"]})


def test_parameters_of_other_names_take_named_arguments_under_the_standard_name(folder):
    write(folder, {"hw1.py": "def train_cnn(net, one, other, num_epochs=1):\n    return net, one, other, num_epochs\n"})
    code = load(folder, ["hw1.py"], {"train_cnn": CNN})
    assert code.train_cnn("m", "t", "v", epochs=3) == ("m", "t", "v", 3)


def test_a_name_that_is_no_fit_for_one_function_is_free_for_another(folder):
    write(folder, {"hw1.py": "def run(net, train_loader, validation_loader, epochs):\n    return epochs\n"})
    other = Function("fit", "fit(model, loader, optimizer)", aliases=["run"])
    code = load(folder, ["hw1.py"], {"fit": other, "train_cnn": CNN})
    assert "fit" not in code
    assert code.train_cnn(1, 2, 3, epochs=4) == 4


def test_a_class_is_never_taken_for_a_function_by_its_parameters(folder):
    write(folder, {"hw1.py": "class Experiment:\n    def __init__(self, model, train_loader, validation_loader): ..."})
    assert "train_cnn" not in load(folder, ["hw1.py"], {"train_cnn": CNN})


def test_what_comes_nearest_is_given_as_a_mapping_would_name_it(folder):
    write(folder, {"src/nets.py": "def build_mpl(sizes): ..."})
    (binding,) = load(folder, ["src/nets.py"], {"build_mlp": MAKER}).bindings()
    assert (binding.bound_to, binding.sure, binding.target) == ("", "", "src/nets.py:build_mpl")
