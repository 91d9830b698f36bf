"""PyTorch's compiler is imported by those that use it, and by nobody else."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

BEGINNING = """
import sys
import torch
from autograder.worker import compiler

compiler.put_off()
network = torch.nn.Linear(2, 1)
"""


def printed(code: str) -> str:
    """What a process of its own prints: whether something is imported is a matter of the whole process."""
    words = [sys.executable, "-c", BEGINNING + textwrap.dedent(code)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


OPTIMIZERS = ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "Rprop", "LBFGS"]


def test_training_steps_do_without_the_compiler() -> None:
    code = f"""
    for name in {OPTIMIZERS}:
        optimizer = getattr(torch.optim, name)(network.parameters(), lr=0.1)

        def closure():
            optimizer.zero_grad()
            loss = network(torch.ones(3, 2)).square().sum()
            loss.backward()
            return loss

        before = network.weight.clone()
        optimizer.step(closure)
        torch.optim.lr_scheduler.StepLR(optimizer, 1).step()
        optimizer.load_state_dict(optimizer.state_dict())
        assert not torch.equal(before, network.weight), name
    print("torch._dynamo.utils" in sys.modules)
    """
    assert printed(code) == "False"


@pytest.mark.parametrize(
    "code",
    [
        "print(torch.export.export(network, (torch.ones(3, 2),), strict=False).graph is not None)",
        "print(torch.compile(network, backend='eager')(torch.ones(3, 2)).shape == (3, 1))",
        "import torch._dynamo.config; print(torch._dynamo.config.recompile_limit > 0)",
        "import torch._dynamo as compiler; compiler.reset(); print(compiler.config is torch._dynamo.config)",
        "from torch._dynamo.backends import cudagraphs; print(cudagraphs is sys.modules['torch._dynamo.backends.cudagraphs'])",
    ],
)
def test_whoever_asks_for_the_compiler_gets_it(code: str) -> None:
    assert printed(code) == "True"


def test_who_only_looks_or_asks_to_be_left_out_does_not_import_it() -> None:
    code = """
    import importlib.util
    import inspect

    def double(x):
        return 2 * x

    inspect.getmodule(inspect.currentframe())
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    print(importlib.util.find_spec("torch._dynamo") is not None)
    print(torch.compiler.disable(double)(2), torch.compiler.disable()(double)(3))
    print("torch._dynamo.utils" in sys.modules)
    """
    assert printed(code).split() == ["True", "4", "6", "False"]


def test_one_that_is_imported_already_stays() -> None:
    code = """
    from torch._dynamo import utils

    compiler.put_off()
    print(torch._dynamo.utils is utils, isinstance(sys.modules["torch._dynamo"], compiler._StandIn))
    """
    assert printed(code) == "True False"


def test_a_part_that_is_asked_for_is_loaded_once() -> None:
    code = """
    import torch._dynamo.exc
    first = torch._dynamo.exc
    import torch._dynamo.exc
    print(first is sys.modules["torch._dynamo.exc"] is torch._dynamo.exc, first.__spec__.name, first.__spec__.origin is None)
    """
    assert printed(code) == "True torch._dynamo.exc False"
