"""Which sandbox is taken, and what is said where none works."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.sandbox import Kind, SandboxUnavailable, bubblewrap, choose, container, wall

Machine = Callable[..., list[Kind]]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which only these sandboxes start, and the walls that are tried on it."""

    def made(*works: Kind) -> list[Kind]:
        tried: list[Kind] = []

        def problem(kind: Kind) -> str:
            return "" if kind in works else f"{kind} is not installed"

        monkeypatch.setattr(bubblewrap, "bubblewrap_problem", lambda: problem(Kind.BUBBLEWRAP))
        monkeypatch.setattr(container, "container_problem", problem)
        monkeypatch.setattr(wall, "tested", tried.append)
        return tried

    return made


def test_bubblewrap_is_taken_where_it_works(machine: Machine) -> None:
    tried = machine(Kind.BUBBLEWRAP, Kind.PODMAN, Kind.DOCKER)
    assert choose(Kind.AUTO) is Kind.BUBBLEWRAP
    assert tried == [Kind.BUBBLEWRAP]


@pytest.mark.parametrize("wanted", [Kind.AUTO, Kind.CONTAINER])
def test_elsewhere_it_is_the_first_container_that_works_and_its_wall_is_tried(machine: Machine, wanted: Kind) -> None:
    tried = machine(Kind.DOCKER)
    assert choose(wanted) is Kind.DOCKER
    assert tried == [Kind.DOCKER]


def test_a_container_can_be_asked_for_where_bubblewrap_works_too(machine: Machine) -> None:
    machine(Kind.BUBBLEWRAP, Kind.PODMAN, Kind.DOCKER)
    assert choose(Kind.CONTAINER) is Kind.PODMAN
    assert choose(Kind.DOCKER) is Kind.DOCKER


def test_where_nothing_works_it_is_said_of_each_why_and_what_to_install(machine: Machine) -> None:
    machine()
    with pytest.raises(SandboxUnavailable) as refused:
        choose(Kind.AUTO)
    assert str(refused.value).splitlines() == [
        "student code needs a sandbox, and bubblewrap is not installed; podman is not installed; docker is not installed.",
        "Install bubblewrap (Debian and Ubuntu: apt-get install bubblewrap), or podman or docker, or grade code that you trust "
        "with `--sandbox none`: it then runs with your own rights on this machine.",
    ]


def test_what_was_asked_for_by_name_is_not_replaced_by_another(machine: Machine) -> None:
    machine(Kind.BUBBLEWRAP)
    with pytest.raises(SandboxUnavailable, match="podman is not installed"):
        choose(Kind.PODMAN)


def test_none_is_taken_by_name_alone_and_not_tried(machine: Machine) -> None:
    tried = machine()
    assert choose(Kind.NONE) is Kind.NONE
    assert tried == []
