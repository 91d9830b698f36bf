"""`model.forward(x)` passes by the hooks of the model; the layer that gave the answers stands for it."""

from __future__ import annotations

from autograder.trace.direct_calls import with_direct_calls
from autograder.trace.places import Place
from autograder.trace.records import Network, Pass, Run, SourceTrace

PLACE = Place(source="hw1.ipynb", cell=1)


def network(id: int, part_of: int | None = None) -> Network:
    return Network(id=id, name="Net", made=PLACE, parameters=1, trainable=1, part_of=part_of)


def one(id: int, of: int, output: int, **more: int) -> Pass:
    return Pass(id=id, network=of, output=(output,), data=0, samples=100, correct=90, place=PLACE, **more)


def test_the_pass_of_the_last_layer_is_one_of_the_whole_network_after_its_steps():
    source = SourceTrace(
        source="hw1.ipynb",
        end="finished",
        seconds=1,
        networks=(network(0), network(1, part_of=0), network(2, part_of=0)),
        runs=(Run(id=0, network=0, optimizer="SGD", place=PLACE, steps=4),),
        passes=(one(1, 0, 10, run=0, steps=4), one(2, 1, 64), one(3, 2, 10)),
    )
    _, hidden, last = with_direct_calls(source).passes
    assert (hidden.network, hidden.run) == (1, None)
    assert (last.network, last.run, last.after, last.accuracy) == (0, 0, 4, 0.9)
