"""The wall's self-test in containers: it holds where podman or docker works, and finds what they are told amiss."""

from __future__ import annotations

import pytest

from autograder.sandbox import Kind, Launch, container, wall

CONTAINERS = [
    pytest.param(kind, marks=pytest.mark.skipif(bool(problem), reason=f"no sandbox here: {problem}"))
    for kind in container.KINDS
    for problem in [container.container_problem(kind)]
]


@pytest.mark.parametrize("kind", CONTAINERS)
def test_the_wall_of_a_container_holds_here(kind: Kind) -> None:
    assert [fact.sentence() for fact in wall.tried(kind) if not fact.held] == []


@pytest.mark.parametrize("kind", CONTAINERS)
@pytest.mark.parametrize(
    ("option", "instead", "found"),
    [
        ("--network", "host", "network"),
        ("--user", "0:0", "root"),
        ("--cap-drop", "chown", "capabilities"),
        ("--tmpfs", "/tmp:rw,mode=1777", "room"),
    ],
)
def test_what_a_container_is_told_amiss_is_found(
    kind: Kind, option: str, instead: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = container.command

    def told(kind: Kind, launch: Launch, name: str) -> list[str]:
        words = command(kind, launch, name)
        words[words.index(option) + 1] = instead
        return words

    monkeypatch.setattr(container, "command", told)
    assert found in {fact.name for fact in wall.tried(kind) if not fact.held}
