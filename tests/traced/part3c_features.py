"""Problem 3C: filters and activation maps."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from autograder.checks import Evidence, Failed, NeedsReview, Partial
from autograder.judging import NotShown, conclude, shows
from autograder.trace.observed import Observed, Panel
from traced import showing
from traced.curves import Faults
from traced.filters import CUT_OFF, MIXED, Filters, are_of_the_size_of_filters, drawn_from, filters
from traced.map_inputs import prepared_otherwise
from traced.maps import are_untrained, fresh_convolutions, later_maps, maps, trained_with
from traced.roles import cnns
from traced.wrong_data import learns_from_noise

FEWEST_SAME: Final = 4  # pictures of one map
NEARLY_ALL: Final = 0.75  # of a figure's pictures: the image itself may stand beside its maps


@shows("3C.filters")
def eight_filters_of_the_trained_network_are_drawn(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """Pictures show at least eight filters of the first convolution, as they are after training."""
    found = filters(observed, cnns(observed)) or _of_a_fresh_network(observed)
    if found is None:
        fewest = int(thresholds["fewest_filters"])
        panel = are_of_the_size_of_filters(observed, cnns(observed), fewest)
        if panel is None:
            raise NotShown
        evidence.at(panel.place)
        raise NeedsReview(
            f"Pictures in {panel.place} have the size of filters, and are those of no network that this run has trained: "
            "one that was made anew, or was loaded, has other filters. A person looks into where they come from."
        )
    evidence.at(found.place)
    showing.show(found.panel, evidence, "Filters of the first convolution")
    evidence.fact("filters that are shown", found.count, f"at least {thresholds['fewest_filters']:g}")
    if found.layer > 1:
        raise Failed(f"The pictures show filters of convolution {found.layer}; those of the first are asked for.")
    faults: Faults = []
    if found.moment == "before":
        faults.append(
            (0.5, "The filters are those of a network that was not trained yet: they show no learned features.")
        )
    if (every := cnns(observed)) and all(map(learns_from_noise, every)):
        faults.append(
            (0.5, "The filters are those of a network that was trained on random numbers: they show no features.")
        )
    if found.misread == CUT_OFF:
        faults.append(
            (
                0.25,
                "The filters are drawn as colours without being scaled to them: `imshow` shows all that is below 0 as black, "
                "about half of the weights. Take off the least one, and divide by what is then the largest.",
            )
        )
    if found.misread == MIXED:
        faults.append(
            (
                0.5,
                "The pictures have the filters' numbers at the wrong places: a filter's axes are (channels, height, width), "
                "those of a picture (height, width, channels). `filter.permute(1, 2, 0)` brings them into that order.",
            )
        )
    if found.count < thresholds["fewest_filters"]:
        faults.append(
            (0.5, f"{found.count} filters are shown; at least {thresholds['fewest_filters']:g} are asked for.")
        )
    conclude(faults)


def _of_a_fresh_network(observed: Observed) -> Filters | None:
    """Filters of a network that was asked for its maps, and was not trained: one was made anew, and no weights loaded."""
    fresh = fresh_convolutions(observed, cnns(observed))
    return next((each for source, weights in fresh for each in drawn_from(observed, source, weights, "before")), None)


@shows("3C.activation-maps")
def maps_of_the_first_convolution_are_drawn_for_two_images(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """Pictures show what the first convolution makes of two or three images, as the grader computes it too."""
    found = maps(observed, cnns(observed))
    if found is None and (later := later_maps(observed, cnns(observed))) is not None:
        panel, number = later
        evidence.at(panel.place)
        raise Partial(0.5, f"The maps are those of convolution {number}; those of the first are asked for.")
    if found is None:
        raise NotShown
    evidence.at(found.place)
    showing.show(found.panel, evidence, "Activation maps of the first convolution")
    evidence.fact("images whose maps are shown", found.images, f"at least {thresholds['fewest_images']:g}")
    evidence.fact("maps that are shown", found.count)
    faults: Faults = []
    if are_untrained(found.made_by, cnns(observed)):
        faults.append((0.5, "The maps are those of a network that was not trained yet: they show no learned features."))
    if found.of_noise:
        faults.append(
            (
                0.5,
                "The maps are those of random numbers, in which there is nothing to find: take two or three pictures of the data "
                "set.",
            )
        )
    trained = (trained_with(each, cnns(observed)) for each in found.made_by)
    if sentence := next((told for each in trained if each and (told := prepared_otherwise(found.inputs, each))), ""):
        faults.append((0.25, sentence))
    if sentence := _one_map_for_all(observed, found.panel):
        faults.append((0.5, sentence))
    if found.images < thresholds["fewest_images"]:
        faults.append((0.5, f"Maps of {found.images} image are shown; maps of 2 to 3 are asked for."))
    if found.pooled:
        evidence.remark("The maps are those after the pooling, with fewer pixels than the convolution itself gives.")
    conclude(faults)


def _one_map_for_all(observed: Observed, panel: Panel) -> str:
    """A sentence where nearly all pictures of a figure are one and the same map; '' where they differ. A filter that answers
    nothing gives an empty map, as others may."""
    shown = [array for each in observed.panels if each.figure is panel.figure for array in each.axes.arrays]
    same = Counter(array.tobytes() for array in shown if float(array.std()) > 0)
    most = max(same.values(), default=0)
    if most < FEWEST_SAME or most < NEARLY_ALL * len(shown):
        return ""
    return f"{most} of the {len(shown)} pictures in {panel.place} show one and the same map: take another channel for each."
