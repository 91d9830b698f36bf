"""Scripts that do their work only with arguments, as their README or their own parser says."""

from __future__ import annotations

import pytest

from autograder.results import Status
from tests.integration.small_runs import MNIST, judged

MAIN = (
    MNIST
    + """
import argparse, sys

def problem_1a():
    net = mlp()
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(2):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
    print(f"test accuracy {accuracy(net):.4f}")

def problem_1c():
    x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
    y = torch.tensor([[0.], [1.], [1.], [0.]])
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
    opt = torch.optim.Adam(net.parameters(), lr=0.05)
    for step in range(600):
        opt.zero_grad()
        F.binary_cross_entropy(net(x), y).backward()
        opt.step()
    print("accuracy", ((net(x) > 0.5) == y).float().mean().item())

PROBLEMS = {"1a": problem_1a, "1c": problem_1c}
"""
)
REQUIRED = """
parser = argparse.ArgumentParser()
parser.add_argument("--problem", required=True, choices=sorted(PROBLEMS))
PROBLEMS[parser.parse_args().problem]()
"""
OPTIONAL = """
parser = argparse.ArgumentParser()
parser.add_argument("--problem", choices=sorted(PROBLEMS))
given = parser.parse_args().problem
if given is None:
    parser.print_help()
    sys.exit()
PROBLEMS[given]()
"""
BARE = """
if __name__ == "__main__":
    for each in sys.argv[1:]:
        PROBLEMS[each]()
"""
INSTALLED = """
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", choices=sorted(PROBLEMS))
    PROBLEMS[parser.parse_args().problem]()
"""
COMMAND = '[project.scripts]\nhw1 = "hw1:main"\n'
README = "Run `python hw1.py --problem 1a`, then `python hw1.py --problem 1c`."


@pytest.mark.parametrize(
    ("parser", "files"),
    [
        (REQUIRED, {"README.md": README}),
        (REQUIRED, {}),
        (OPTIONAL, {"README.md": README}),
        (BARE, {"run_all.sh": "for p in 1a 1c; do\n  python hw1.py $p\ndone\n"}),
        (INSTALLED, {"pyproject.toml": COMMAND, "README.md": "`hw1 1a`, `hw1 1c`"}),
    ],
    ids=[
        "required, with a README",
        "required, with choices",
        "help is printed",
        "a shell script",
        "an installed command",
    ],
)
def test_a_script_is_run_with_the_arguments_that_it_needs(ran, parser, files):
    observed = ran(MAIN + parser, files)
    assert judged(observed, "1A.training-step").status is Status.PASSED
    assert judged(observed, "1C.accuracy").status is Status.PASSED


def test_where_nothing_says_how_it_is_run_the_student_is_told(ran):
    parser = REQUIRED.replace(", choices=sorted(PROBLEMS)", "")
    (source,) = ran(MAIN + parser).sources
    assert ["its command line asks for arguments" in each.error for each in source.failures] == [True]
