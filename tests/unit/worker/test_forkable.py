"""What a process that forks must not have started: CUDA, and the threads that compute gradients on a GPU."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from autograder.worker import forkable

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def a_thread_called(name: str) -> Iterator[None]:
    """A thread of this process that has the name for the kernel, as PyTorch's engine names those that it starts."""
    named, over = threading.Event(), threading.Event()

    def live() -> None:
        Path(f"/proc/self/task/{threading.get_native_id()}/comm").write_text(name)
        named.set()
        over.wait()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        assert named.wait(30)
        yield
    finally:
        over.set()
        thread.join()
        while any(task.name == str(thread.native_id) for task in forkable.TASKS.glob("*")):
            time.sleep(0.01)  # for Python it has ended, for the kernel not quite


def test_a_process_that_has_only_computed_on_the_cpu_may_fork() -> None:
    torch.nn.Linear(2, 1)(torch.zeros(1, 2)).sum().backward()
    forkable.check()
    assert not torch.cuda.is_initialized()


@pytest.mark.parametrize("name", ["pt_autograd_0", "cuda-EvtHandlr", "cuda00002000009"])
def test_one_with_threads_for_the_gpu_may_not(name: str) -> None:
    with a_thread_called(name), pytest.raises(forkable.NotForkable, match=name):
        forkable.check()


def test_one_with_any_other_thread_may() -> None:
    with a_thread_called("python"):
        forkable.check()
        assert "python" in forkable.thread_names()


def test_one_that_has_started_cuda_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    with pytest.raises(forkable.NotForkable, match="CUDA has been started"):
        forkable.check()


def warmed_up_for(*mentioned: str) -> set[str]:
    """Which of the slow packages warming up imports, in a process of its own, where computing gradients is an error."""
    program = f"""
import sys, torch
def never(*_, **__): raise AssertionError("gradients were computed before the fork")
torch.autograd.backward = torch.Tensor.backward = never
from autograder.worker import forkable, nursery
nursery.warm_up({mentioned!r})
forkable.check()
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split()) & {"torch._dynamo.utils", "matplotlib.pyplot"}


def test_warming_up_imports_what_the_submission_mentions_and_leaves_a_process_that_may_fork() -> None:
    """And not PyTorch's compiler, which the first optimizer of each session would import, and none needs."""
    assert warmed_up_for("torch", "matplotlib") == {"matplotlib.pyplot"}


def test_a_submission_without_plots_and_networks_does_not_wait_for_them() -> None:
    assert warmed_up_for() == set()
