"""Which GPUs student code may use, told by a driver's program that is stood in for here."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.sandbox import Launch, SandboxUnavailable, bubblewrap, gpus
from autograder.sandbox.environment import environment
from autograder.sandbox.gpus import Gpu, chosen, hide_from_this_process, name_of

LISTED = "0, NVIDIA H200\n1, NVIDIA A100-SXM4-40GB\n"


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two cards."""
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\nprintf '{LISTED}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv(gpus.VISIBLE, raising=False)


@pytest.mark.usefixtures("driver")
def test_all_are_those_that_the_driver_lists() -> None:
    assert chosen("all") == (Gpu("0", "NVIDIA H200"), Gpu("1", "NVIDIA A100-SXM4-40GB"))


@pytest.mark.usefixtures("driver")
def test_all_are_no_more_than_those_that_the_user_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gpus.VISIBLE, "1")
    assert [gpu.index for gpu in chosen("all")] == ["1"]


@pytest.mark.usefixtures("driver")
def test_some_are_chosen_by_number_and_each_once() -> None:
    assert [gpu.index for gpu in chosen("1, 0,1")] == ["1", "0"]


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("wanted", ["2", "0,seven"])
def test_one_that_is_not_there_is_told_with_those_that_are(wanted: str) -> None:
    with pytest.raises(
        SandboxUnavailable, match=r"no GPU (2|seven); .* 0 \(NVIDIA H200\), 1 \(NVIDIA A100-SXM4-40GB\)"
    ):
        chosen(wanted)


@pytest.mark.usefixtures("driver")
def test_a_card_has_its_name_in_the_result() -> None:
    assert name_of("1") == "NVIDIA A100-SXM4-40GB"


def test_a_machine_without_a_driver_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match="no GPU that `nvidia-smi` lists"):
        chosen("all")


def test_a_worker_sees_the_one_gpu_that_it_is_given(tmp_path: Path) -> None:
    launch = Launch(tmp_path, tmp_path, tmp_path, (), gpu="1")
    assert environment(launch, "/", "/")[gpus.VISIBLE] == "1"
    assert ("--dev-bind-try", "/dev/nvidiactl") in pairwise(bubblewrap.options(launch))


def test_without_one_a_worker_sees_no_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gpus.VISIBLE, "0,1")
    launch = Launch(tmp_path, tmp_path, tmp_path, ())
    assert environment(launch, "/", "/")[gpus.VISIBLE] == ""
    assert not any("nvidia" in word for word in bubblewrap.options(launch) if word.startswith("/dev"))


def test_beside_one_a_worker_asks_the_driver_whether_it_is_there_without_starting_cuda(tmp_path: Path) -> None:
    assert (
        environment(Launch(tmp_path, tmp_path, tmp_path, (), gpu="0"), "/", "/")["PYTORCH_NVML_BASED_CUDA_CHECK"] == "1"
    )


def test_the_grader_itself_computes_on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gpus.VISIBLE, "0")
    hide_from_this_process()
    assert os.environ[gpus.VISIBLE] == ""
