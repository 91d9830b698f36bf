"""Verbs of comparing and changing, with their meanings, separated by '|'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from autograder.handed_in.claims.words.meanings import Meaning
from autograder.handed_in.claims.words.quantity_words import ACCURACY, SPEED, TIME

BEATS: Final = (
    "outperform|surpass|outdo|overtake|outclass|outscore|out-perform|improve on|improve upon|win over|"
    "dominate|best|outrank|top"
)
EXCEEDS: Final = "exceed"
VANISHES: Final = (
    "vanish|vanishes|vanished|vanishing|vanishing gradient|vanishing gradients|vanishing gradient problem|"
    "vanishing-gradient problem|vanishing gradients problem|gradient vanishing|die out|dies out|died out|"
    "fade away|fades away|die away|dies away|vanishing of the gradient|vanishing of gradients"
)
LOSES: Final = "underperform|trail|lag behind|lag|trail behind"
CHANGES: Final[Mapping[str, Meaning]] = {
    "improve|boost|enhance|jump|leap|improvement|improvements": Meaning("change", +1, True),
    "reduction|reductions|decline": Meaning("change", -1),
    "increase|raise|elevate|gain|lift|inflate|add": Meaning("change", +1),
    "reduce|decrease|lower|diminish|shrink|narrow|close|eliminate|trim|curb|limit|mitigate|lessen|"
    "prevent|remove": Meaning("change", -1),
    "hurt|degrade|worsen|harm|deteriorate|impair": Meaning("change", -1, True),
    "accelerate|speed up|quicken": Meaning("change", -1, quantities=SPEED),
    "slow|slow down|delay": Meaning("change", +1, quantities=SPEED),
    "widen|enlarge|amplify": Meaning("change", +1),
    "shorten": Meaning("change", -1, quantities=TIME),
    "lengthen|prolong": Meaning("change", +1, quantities=TIME),
    "double": Meaning("change", +1, size=2),
    "triple": Meaning("change", +1, size=3),
    "halve": Meaning("change", -1, size=2),
}
ADJECTIVES: Final = (
    "slow",
    "lower",
    "close",
    "narrow",
    "double",
    "best",
    "top",
    "limited",
    "limiting",
)  # more often than verbs
UNMOVED: Final = tuple(
    f"{hardly} {verb}{what}"
    for hardly in ("hardly", "barely", "scarcely", "did not", "does not", "did hardly", "did barely")
    for verb in (
        "change",
        "changes",
        "changed",
        "move",
        "moves",
        "moved",
        "shift",
        "shifts",
        "shifted",
        "budge",
        "budged",
    )
    for what in ("", " anything")
) + tuple(
    f"{verb} {almost}{nothing}"
    for verb in ("change", "changes", "changed")
    for almost in ("practically ", "almost ", "virtually ", "next to ", "basically ", "essentially ")
    for nothing in ("nothing", "nothing about", "nothing at all", "nothing in")
)
IRREGULAR: Final[Mapping[str, Meaning]] = {
    "rose|rises|rise|grew|grows|grow|went up|goes up|risen|climbed|climbs": Meaning("change", +1),
    "dropped|drops|drop|fell|falls|fall|went down|goes down|cut|cuts|lost|loses|lose|losing|declined|"
    "declines|sank|dropping|falling": Meaning("change", -1),
    "lost us|costs us|cost us|loses us|lost me|cost me": Meaning("change", -1),
    "won us|wins us|gained us|gains us|earned us|earns us|bought us|buys us|won me|gained me|gives us": Meaning(
        "change", +1
    ),
    "sped up|speeds training up|sped training up|speeds up": Meaning("change", -1, quantities=SPEED),
    "made things worse|makes things worse|made matters worse|makes matters worse|made it worse|makes it worse|"
    "hurt|hurts": Meaning("change", -1, True),
    "saved|saves|save": Meaning("change", -1, quantities=TIME),
    "made things better|makes things better|made it better|makes it better": Meaning("change", +1, True),
    "shrank|shrunk": Meaning("change", -1),
    "beat|beats|beaten|beating|outdid|outdoes|overtook|ahead of|better than|improvement over|"
    "improvements over|gain over|gains over|advantage over|edge over|lead over|lead on|benefit over|"
    "improvement on|advantage|superior to|edged out|edges out|topped|tops|won against|"
    "wins against|edging out|came out ahead of|comes out ahead of|has an edge over|had an edge over|"
    "edged past|is ahead of|was ahead of|edge on|advantage on|has the upper hand over|had the upper hand over|"
    "gets the better of|got the better of|"
    "one step ahead of|puts to shame|pulls ahead of|pulled ahead of|finished above|finishes above|ends up above|"
    "improvement compared to|in front of|preferable to|more successful than|is stronger than": Meaning(
        "beat", +1, True
    ),
    "undercut|undercuts|undercutting": Meaning("beat", -1),
    ">|above that of|above those of": Meaning("beat", +1),
    "<": Meaning("beat", -1),
    "lagged behind|lagging behind|behind|lost to|loses to|fell short of|falls short of|inferior to|fell behind|"
    "falls behind|"
    "came behind|comes behind|lagged|cannot keep up with|can not keep up with|ca not keep up with|"
    "could not keep up with|"
    "did not keep up with|does not keep up with|do not keep up with|cannot match|can not match|could not match|"
    "did not match|does not match|cannot compete with|could not compete with|can not compete with|did not come near|"
    "does not come near|is no match for|was no match for|does not reach the level of|did not reach the level of|"
    "never reached the level of|cannot hold a candle to|finishes below|finished below|ends up below|"
    "gives way to|less successful than": Meaning("beat", -1, True),
    "followed by|then came|ahead of second-placed": Meaning("followed"),
    "between": Meaning("between"),
    "in between": Meaning("between"),
    "tied|tie|ties|same|equal|equally|identical|identically|indistinguishable|matched|matches|"
    "match|equals|equalled|equaled|level|no difference|equivalent|neck and neck|a draw|the same|"
    "exactly the same|matching": Meaning("same", size=1),
    "equally good|equally well": Meaning("same", +1, True, size=1),
    "just as good|just as well": Meaning("same", +1, True, size=1, note="as"),
    "equally accurate": Meaning("same", +1, quantities=ACCURACY, size=1),
    "equally fast|equally quick|equally quickly": Meaning("same", -1, quantities=SPEED, size=1),
    "equally long": Meaning("same", +1, quantities=TIME, size=1),
    "negligible|insignificant|tiny|minimal|marginal": Meaning("same", size=3, note="difference"),
    "far apart|far from each other|worlds apart|far away from each other|wide apart|"
    "huge|enormous|big|large|sizeable|sizable|wide": Meaning("same", size=3, note="no difference"),
    "differ|differs|differed|separated by|are separated by|were separated by|lie apart by|are apart by": Meaning(
        "same", size=3, note="differ"
    ),
    "of comparable size|of similar size|of the same size|of equal size|of similar magnitude|of comparable magnitude|"
    "of the same magnitude|of equal magnitude|of the same order|of the same order of magnitude|in the same range|"
    "of a similar size|of a similar magnitude|of a comparable size|in the same ballpark|in the same region|"
    "close together|close to each other|close to one another|very close|near each other|near to each other|close by|"
    "on par|on a par|similar|comparable|similarly|comparably|close to|close|nearly identical|almost identical|"
    "nearly the same|almost the same|practically identical|virtually identical|nearly equal|"
    "roughly equal|about the same|essentially the same|within noise|practically the same|"
    "virtually the same|roughly the same|essentially identical|essentially equal|more or less the same|"
    "hardly differ|barely differ|hardly any difference|almost equal|nearly tied|practically equal|"
    "statistically tied|within a hair": Meaning("same", size=3),
    "|".join(UNMOVED): Meaning("same", size=3, note="unchanged"),
    "unchanged|practically unchanged|virtually unchanged|almost unchanged|nearly unchanged|essentially unchanged|"
    "do not change|"
    "has no effect on|had no effect on|has little effect on|had little effect on|made no difference to|"
    "makes no difference to|makes no difference|made no difference|has no influence on|had no influence on|"
    "did not affect|"
    "does not affect|hardly affects|hardly affected|barely affects|barely affected|had almost no effect on|"
    "has almost no effect on|makes hardly any difference|made hardly any difference|"
    "made practically no difference|made almost no difference|makes practically no difference|"
    "makes almost no difference": Meaning("same", size=3, note="unchanged"),
    "as good|as well|as strong": Meaning("same", +1, True, size=1, note="as"),
    "as bad|as badly|as poor|as poorly": Meaning("same", -1, True, size=1, note="as"),
    "as high|as large|as big|as many|as much|as great": Meaning("same", +1, size=1, note="as"),
    "as low|as small|as few|as little": Meaning("same", -1, size=1, note="as"),
    "as fast|as quick|as quickly|as rapidly": Meaning("same", -1, quantities=SPEED, size=1, note="as"),
    "as slow|as slowly": Meaning("same", +1, quantities=SPEED, size=1, note="as"),
    "as long|as time-consuming|as expensive": Meaning("same", +1, quantities=TIME, size=1, note="as"),
    "as short|as cheap": Meaning("same", -1, quantities=TIME, size=1, note="as"),
    "as accurate|as accurately": Meaning("same", +1, quantities=ACCURACY, size=1, note="as"),
}
