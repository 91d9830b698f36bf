"""Networks that were called without their own `__call__`: `model.forward(x)`, or a method that does so.

No hook sees such a call, only those of the layers inside. The answers are those of the layer whose output is the network's.
"""

from __future__ import annotations

from autograder.trace.records import Network, Pass, Run, SourceTrace


def with_direct_calls(source: SourceTrace) -> SourceTrace:
    """The same trace, with the passes of such a layer attributed to the whole network."""
    whole = {each.id: each for each in source.networks}
    parts = {each.id: whole[each.part_of] for each in source.networks if each.part_of in whole}
    outputs = {each.network: each.output for each in source.passes if each.network not in parts}
    passes = []
    for each in source.passes:
        network = parts.get(each.network)
        if network is None or each.data is None or each.output != outputs.get(network.id):
            passes.append(each)
        else:
            passes.append(_attributed(source, each, network))
    return source.model_copy(update={"passes": tuple(passes)})


def _attributed(source: SourceTrace, one: Pass, network: Network) -> Pass:
    """The pass as one of the whole network, with the number of steps that its latest run had taken before."""
    runs = [run for run in source.runs if run.network == network.id and _begun(source, run, one)]
    run = runs[-1] if runs else None
    done = max(
        (each.after + each.steps for each in source.passes if run and each.run == run.id and each.id < one.id),
        default=0,
    )
    return one.model_copy(update={"network": network.id, "run": run.id if run else None, "after": done})


def _begun(source: SourceTrace, run: Run, one: Pass) -> bool:
    return any(each.run == run.id and each.id < one.id for each in source.passes)
