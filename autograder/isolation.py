"""How student code is kept in: what a person may ask for, in a module that costs a command line nothing to import."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """How student code is kept in. AUTO and CONTAINER are wishes; the others are what a result names."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    CONTAINER = "container"  # podman or docker, whichever works
    PODMAN = "podman"
    DOCKER = "docker"
    NONE = "none"
