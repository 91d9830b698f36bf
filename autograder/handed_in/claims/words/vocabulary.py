"""The vocabulary: English phrases of the field and of comparing, with their meanings. Phrases are separated by '|'.

Names of what is compared are not here: they come from the rubric and from the student's own tables (`mentions.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.claims.words.quantity_words import ACCURACY, SPEED, TIME

BOTH_ENDS: Final = tuple(
    f"both {the}{one} {layer}and {the}{other} layer{s}"
    for the in ("", "the ")
    for one, other in (("first", "last"), ("last", "first"), ("input", "output"), ("output", "input"))
    for layer in ("", "layer ")
    for s in ("", "s")
)
COUNTED: Final = "three four five six seven eight nine ten hidden".split()
COMPARE: Final[Mapping[str, Meaning]] = {
    "higher|greater|larger|bigger|more|taller|wider|broader": Meaning("compare", +1),
    "lower|smaller|less|fewer|narrower|tighter": Meaning("compare", -1),
    "more so|even more so|much more so|all the more so": Meaning("compare", +1, note="so"),
    "less so|even less so|much less so": Meaning("compare", -1, note="so"),
    "better|superior|more effective|stronger|improved results": Meaning("compare", +1, True),
    "worse|less effective|inferior|poorer|weaker": Meaning("compare", -1, True),
    "more accurate|more precise": Meaning("compare", +1, quantities=ACCURACY),
    "less accurate|less precise": Meaning("compare", -1, quantities=ACCURACY),
    "faster|quicker|speedier|more quickly|more rapidly|less slowly|sooner|earlier": Meaning(
        "compare", -1, quantities=SPEED
    ),
    "slower|more slowly|less quickly|later": Meaning("compare", +1, quantities=SPEED),
    "longer|more time-consuming|more expensive|costlier|more costly": Meaning("compare", +1, quantities=TIME),
    "shorter|less time-consuming|less expensive|cheaper|less costly": Meaning("compare", -1, quantities=TIME),
    "more compact|lighter|more lightweight": Meaning("compare", -1, quantities=("parameters",)),
    "heavier": Meaning("compare", +1, quantities=("parameters",)),
}
EXTREMES: Final[Mapping[str, Meaning]] = {
    "highest|greatest|largest|biggest|most|maximum|peak|widest": Meaning("extreme", +1, size=1),
    "the most of the three|the most of the four|the most of all|most of all": Meaning("extreme", +1, size=1),
    "the least of the three|the least of the four|the least of all|least of all": Meaning("extreme", -1, size=1),
    "lowest|smallest|least|fewest|minimum|narrowest|tightest": Meaning("extreme", -1, size=1),
    "best|top|most effective|strongest|superior to all|best-performing|best performing|top-performing|"
    "most successful": Meaning("extreme", +1, True, size=1),
    "worst|least effective|poorest|weakest|worst-performing|worst performing|least successful": Meaning(
        "extreme", -1, True, size=1
    ),
    "most accurate|most precise": Meaning("extreme", +1, quantities=ACCURACY, size=1),
    "least accurate|least precise": Meaning("extreme", -1, quantities=ACCURACY, size=1),
    "fastest|quickest|most fast|most quick|most quickly|most rapidly|soonest": Meaning(
        "extreme", -1, quantities=SPEED, size=1
    ),
    "slowest|most slow|most slowly|least quickly": Meaning("extreme", +1, quantities=SPEED, size=1),
    "longest|most time-consuming|most expensive|costliest|most costly": Meaning("extreme", +1, quantities=TIME, size=1),
    "shortest|least time-consuming|least expensive|cheapest|least costly": Meaning(
        "extreme", -1, quantities=TIME, size=1
    ),
    "ahead|is ahead|was ahead|wins|won|win|winner|winning|leads|led|leader|in the lead|came first|ended up first|ended first|"
    "finished first|ranked first|ranks first|on top|first place|came out on top|comes out on top|"
    "came out ahead|comes out ahead|the clear winner|the winner|comes first|takes the lead|"
    "took the lead|in front|has the upper hand|had the upper hand|takes the crown|took the crown|second to none|"
    "unbeaten|"
    "unrivalled|unrivaled|unmatched|ahead of the pack|in pole position|takes first place|took first place|"
    "the champion|"
    "champion|tops the list|topped the list|tops the table|topped the table|leads the table|"
    "number one|no. 1|in the first place": Meaning("extreme", +1, True, size=1),
    "in last|is last|was last|are last|were last|came last|finished last|ranked last|ranks last|last place|"
    "loser|the loser|the tail end|takes last place|took last place|at the bottom|bottom of the table|the taillight|"
    "at the bottom of the table|at the bottom of the list|least convincing|at the back|"
    "comes last|came in last|comes in last|brought up the rear|brings up the rear": Meaning(
        "extreme", -1, True, size=1
    ),
    "came second|finished second|ranked second|ranks second|second place|runner-up|comes second|"
    "came in second": Meaning("extreme", +1, True, size=2),
    "came third|finished third|ranked third|ranks third|third place|comes third": Meaning("extreme", +1, True, size=3),
    "heaviest": Meaning("extreme", +1, quantities=("parameters",), size=1),
    "lightest|most compact": Meaning("extreme", -1, quantities=("parameters",), size=1),
}
NUMBERS: Final = "one two three four five".split()
SOME: Final = {  # 'two of the three'
    f"{one} {of} {the}{all_}": Meaning("group", size=size, note=f"some {count}")
    for size, all_ in enumerate(NUMBERS, 1)
    for count, one in enumerate(NUMBERS[: size - 1], 1)
    for of in ("of", "out of")
    for the in ("", "the ")
}
SMALL_WORDS: Final[Mapping[str, Meaning]] = {
    **SOME,
    "closest|closest together|nearest to each other|closest to each other|nearest": Meaning(
        "extreme", -1, quantities=("gap",), size=1
    ),
    "closer|closer together|closer to each other|nearer": Meaning("compare", -1, quantities=("gap",)),
    "further apart|farther apart|more apart": Meaning("compare", +1, quantities=("gap",)),
    "furthest apart|farthest apart": Meaning("extreme", +1, quantities=("gap",), size=1),
    "to reach|to hit|to get to|to cross|to arrive at|to pass|to climb to|to exceed|to surpass|"
    "to attain|to achieve|to break|until it reached|until reaching|before reaching|until it hits|"
    "to come to|to be at|to get past|to get above|to rise above|to go above": Meaning("goal"),
    "than|than what|over what|above what|compared to|compared with|in comparison to|"
    "in comparison with|relative to|against|versus|vs|"
    "vs.|over|when compared to|when compared with|as compared to|as against|than that of|than those of|"
    "compared against": Meaning("than"),
    "by|by a factor of|by a factor|by that of|by those of|by the one of|by the ones of|"
    "by as much as|by as many as|by up to|to the tune of": Meaning("by"),
    "with|for|using|without any|via|in the case of|trained with|trained using": Meaning("with"),
    "of|in|on|the one of|the ones of|the one in|the ones in": Meaning("of"),
    "from": Meaning("from"),
    "to|to what": Meaning("to"),
    "and|as well as|and also|plus|&": Meaning("and"),
    "or|and/or": Meaning("or"),
    "is not enough to|was not enough to|were not enough to|does not suffice to|did not suffice to|is not sufficient to|"
    "was not sufficient to|are not enough to|was insufficient to|"
    "not|n't|never|cannot|could not|can not|was not able to|were not able to|hardly|scarcely|failed to|"
    "fails to|did nothing to|by no means|far from|unable to|not able to|no": Meaning("negation"),
    "due to|thanks to|owing to|on account of|by virtue of|as a result of|because of|but|while|whereas|although|"
    "though|"
    "even though|yet|however|because|since|which|so|despite|"
    "nevertheless|where|as|and yet|on the other hand|in contrast|by contrast|even as|at the cost of|"
    "at the price of|at the expense of|who|who also|albeit|which also|when|thus|hence|therefore|"
    "thereby|;|:|(|)|–|—|…|.|!|[|]": Meaning("boundary", note="strong"),
    ",": Meaning("boundary", note="weak"),
    "unlike|in place of|in lieu of|instead of|rather than|in contrast to|contrary to|as opposed to|without|opposed to": Meaning(
        "aside"
    ),
    "with and without|with or without|with or without any|without and with": Meaning("aside", note="both"),
    "except|except for|but for|apart from|other than|excluding|besides|save for|with the exception of|"
    "aside from|all but|bar": Meaning("except"),
    "adding|the addition of|introducing|including|addition of|adding in": Meaning("adding"),
    "replacing|swapping|exchanging|substituting": Meaning("replacing"),
    "switching|going|moving|changing|the switch|the change|the step|the move|stepping|passing": Meaning("switching"),
    "respectively|in that order|in this order": Meaning("each"),
    "among|amongst|out of|of all|of the|within": Meaning("scope"),
    "every layer|each layer|all layers|all the layers|every single layer|all of the layers|each of the layers|"
    "every hidden layer|all hidden layers|throughout the network|layer by layer|between the layers|between layers|"
    "across the layers|across layers|across all layers|over the layers|over all layers|over all the layers|"
    "across all the layers|between the different layers|between the individual layers|through the layers|"
    "throughout the layers|across the network|over the whole network|through all layers|"
    "at both ends|at both ends of the network|"
    + "|".join(BOTH_ENDS)
    + "|"
    + "|".join(f"{over} the {count} layers" for over in ("across", "over", "in") for count in COUNTED): Meaning(
        "everywhere"
    ),
    "both": Meaning("group", size=2, note="all"),
    "all|every|each|everything|all of them|each of them|every one|always": Meaning("group", note="all"),
    "all two|the two|both of them|both of these": Meaning("group", size=2, note="all"),
    "all three|the three|all 3": Meaning("group", size=3, note="all"),
    "all four|the four|all 4": Meaning("group", size=4, note="all"),
    "all five|the five|all 5": Meaning("group", size=5, note="all"),
    "the others|others|the two others|the rest|all others|every other|all the others|everything else|"
    "the remaining|remaining|the other|any other|all other|all the other|everyone else|all the rest|"
    "the remaining ones|any of the others|its competitors|its rivals|the competition|its peers|the competitors|"
    "the rivals|all competitors|"
    "all rivals|everybody else|the rest of the field|the rest of the pack|all its competitors|all its rivals|"
    "anything else|each of the others|all of the others|every one of the others": Meaning("group", note="others"),
    "each other|one another": Meaning("plain"),
    "either of the other|either of the others|either of the other two|any of the other": Meaning(
        "group", note="others"
    ),
    "either of them|either of the two": Meaning("group", size=2, note="all"),
    "the other two|both others|the remaining two|the other 2|both other": Meaning("group", size=2, note="others"),
    "the other three|the remaining three|the other 3|all three others": Meaning("group", size=3, note="others"),
    "nobody|none|not a single|not a single one|not one|none of them|none of these|none of the three|none of the four|"
    "none of the others|"
    "none of the other|no other|nothing|no one|nothing else|none of the other two|"
    "none of the other three": Meaning("group", note="none"),
    "neither|neither of them|neither of the two|neither of these|neither of the other two": Meaning(
        "group", size=2, note="none"
    ),
    "nor": Meaning("and"),
    "it|its|this model|this network|this optimizer|this one|this variant|this activation|this method|"
    "the model itself|itself|that one": Meaning("pronoun", note="it"),
    "they|their|them|these two": Meaning("pronoun", note="they"),
    "the former|former": Meaning("pronoun", note="former"),
    "the latter|latter": Meaning("pronoun", note="latter"),
    "small|slim|modest|by a small margin|by a narrow margin|by a slim margin|a close|close second|"
    "slightly|marginally|a bit|a little|somewhat|narrowly|only slightly|barely|just|a touch|a hair|"
    "by a hair|slight|minor|mere|a mere|merely|meagre|paltry|minimally|a tad|"
    "fractionally": Meaning("degree", size=-1),
    "orders of magnitude|several orders of magnitude|many orders of magnitude|by orders of magnitude|"
    "much|far|clearly|significantly|considerably|substantially|noticeably|markedly|by far|"
    "by a wide margin|by a large margin|vastly|a lot|well|way|distinctly|dramatically|drastically|"
    "greatly|strongly|notably|decisively|hugely|by a clear margin|visibly|easily|significant|"
    "substantial|considerable|dramatic|large margin|clear": Meaning("degree", size=1),
    "not quite|little more than|hardly more than|barely more than|not much more than|"
    "a little over|slightly over|a bit over|a little under|slightly under|"
    "about|around|roughly|approximately|approx|approx.|circa|ca.|nearly|almost|close to|some|~|≈|or so|near": Meaning(
        "bound", size=0
    ),
    "falls above|rises above|rose above|climbs above|climbed above|goes above|went above|got above|gets above|"
    "ends above|ended above|climbs past|climbed past|"
    "at least|no less than|more than|over|above|upwards of|exceeding|exceeds|exceeded|exceed|north of|"
    "beyond|surpassing|topping|past|crossed|crosses|cross|crossing|passed|passes|pass|broke|breaks|"
    "broke through|breaks through|cleared|clears|got past|gets past|went past|got over|went over|"
    "made it over|makes it over|made it past": Meaning("bound", +1),
    "falls below|falls under|fell below|fell under|drops below|drops under|dropped below|dropped under|"
    "goes below|went below|"
    "goes under|went under|sinks below|sank below|dips below|dipped below|"
    "at most|no more than|less than|below|under|up to|fewer than|beneath|not even|stayed below|short of|"
    "fall short of|falls short of|fell short of|"
    "misses|missed|just misses|just missed|narrowly misses|narrowly missed|only": Meaning("bound", -1),
}
RANKINGS: Final[Mapping[str, Meaning]] = {
    "order|ranking|rank order|ranked|ranks|rank": Meaning("ranking", +1, True),
    "from best to worst|from the best to the worst|best to worst|in descending order": Meaning("ranking", +1, True),
    "from worst to best|from the worst to the best|worst to best": Meaning("ranking", -1, True),
    "from highest to lowest|from high to low|from the highest to the lowest": Meaning("ranking", +1),
    "from lowest to highest|from low to high|from the lowest to the highest|in ascending order": Meaning("ranking", -1),
    "from fastest to slowest|from the fastest to the slowest|fastest to slowest": Meaning(
        "ranking", -1, quantities=SPEED
    ),
    "from slowest to fastest|from the slowest to the fastest|slowest to fastest": Meaning(
        "ranking", +1, quantities=SPEED
    ),
}
