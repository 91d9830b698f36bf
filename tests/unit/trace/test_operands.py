"""No operator that the grader computes ends its process, whatever arguments a forged graph gives it.

Each overload is called in a fork with arguments drawn for its schema: fitting ones, empty and huge ones, ones of another kind.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import torch

from autograder.trace.graphs import OPERATORS, GraphError, _called
from autograder.trace.operands import DTYPES

SHAPES: Final = (
    (),
    (0,),
    (1,),
    (3,),
    (2, 3),
    (2, 0),
    (2, 3, 4),
    (2, 3, 8, 8),
    (5, 3, 3, 3),
    (0, 3, 8, 8),
    (2, 3, 2, 2, 2),
)
WHOLE: Final = (0, 1, -1, 2, 3, 7, -2, 64, 2**20, -(2**62))
WORDS: Final = ("mean", "none", "trunc", "floor", "same", "valid", "reflect", "circular", "constant", "tanh", "")
MEMORY: Final = 2**33  # bytes of address space beside what the process has
SECONDS: Final = 60


def overloads() -> Iterator[torch._ops.OpOverload]:
    for name in sorted(OPERATORS):
        packet = getattr(torch.ops.aten, name, None)
        for overload in packet.overloads() if packet is not None else ():
            yield getattr(packet, overload)


def a_tensor(draw: random.Random) -> torch.Tensor:
    shape = draw.choice(SHAPES)
    makers: list[Callable[[], torch.Tensor]] = [
        *[lambda: torch.randn(shape)] * 6,
        lambda: torch.randint(-3, 12, shape),
        lambda: torch.zeros(shape, dtype=torch.bool),
        lambda: torch.randn(shape).half(),
        lambda: torch.full(shape, -(2**63), dtype=torch.int64),
    ]
    return draw.choice(makers)()


def an_argument(kind: str, draw: random.Random) -> Any:
    if kind.startswith("Optional["):
        return None if draw.random() < 0.3 else an_argument(kind[len("Optional[") : -1], draw)
    if kind.startswith("List["):
        return [an_argument(kind[len("List[") : -1], draw) for _ in range(draw.randint(0, 4))]
    match kind:
        case "Tensor":
            return a_tensor(draw)
        case "int" | "SymInt":
            return draw.choice(WHOLE)
        case "float":
            return draw.choice((0.0, 1.0, -1.0, 1e308, float("inf"), float("nan")))
        case "number":
            return draw.choice((0, 1, -1, 0.5, True))
        case "bool":
            return draw.random() < 0.5
        case "str":
            return draw.choice(WORDS)
        case "ScalarType":
            return draw.choice((-1, 300, *sorted(DTYPES, key=str)))
        case "Layout" | "MemoryFormat":
            return draw.choice((-1, 300, None))
    return None


def call(overload: torch._ops.OpOverload, draw: random.Random) -> None:
    given, named = [], {}
    for each in overload._schema.arguments:
        left_out = each.has_default_value() and draw.random() < 0.4
        if left_out and not each.kwarg_only:
            break
        if not left_out and each.kwarg_only:
            named[each.name] = an_argument(str(each.real_type), draw)
        elif not left_out:
            given.append(an_argument(str(each.real_type), draw))
    values = {f"given {place}": value for place, value in enumerate(given)} | named
    arguments = [{"node": f"given {place}"} for place in range(len(given))]
    with contextlib.suppress(GraphError):
        _called(str(overload), arguments, {name: {"node": name} for name in named}, values, None)


def ending(overload: torch._ops.OpOverload, times: int) -> int:
    """The exit code of a process that calls the operator so often: 0 unless it is ended, 1 for an error that is none of ours."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115 - ends at once
            resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY,) * 2)
            signal.alarm(SECONDS)
            torch.set_num_threads(1)
            draw = random.Random(str(overload))
            for _ in range(times):
                call(overload, draw)
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.parametrize("times", [5, pytest.param(300, marks=pytest.mark.nightly)])
def test_no_arguments_of_an_operator_end_the_process(times: int) -> None:
    too_slow = -signal.SIGALRM  # which the bound on judging ends
    ends = {str(overload): ending(overload, times) for overload in overloads()}
    assert len(ends) > 150
    assert {name: code for name, code in ends.items() if code not in (0, too_slow)} == {}
