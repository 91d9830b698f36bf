"""Published weights: how many of them a network makes its answers with."""

from __future__ import annotations

from typing import Final

from autograder.trace.arguments import nodes_in
from autograder.trace.records import Network

LEAST: Final = 0.2  # of the published network's layers: who takes its first stages alone takes as many


def has_published_weights(network: Network | None) -> bool:
    """Whether a network is one with published weights: a layer of another one, or a network that it never asks, makes it none."""
    return network is not None and bool(network.pretrained) and given_in_use(network) >= LEAST * network.published


def given_in_use(network: Network) -> int:
    """How many of its layers' weights are published ones, and go into its output; all of them, where its graph is not known."""
    if network.graph is None:
        return len(network.given)
    named = {node[1]: node[2] for node in network.graph if node[0] == "in" and node[2] is not None}
    used = {named[each] for node in network.graph if node[0] != "in" for each in nodes_in(node[1:]) if each in named}
    return len(used & {*network.given})
