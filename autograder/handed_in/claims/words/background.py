"""Words near a comparison: those that make it a conjecture or narrow it, settings, things, and words without a meaning.

Phrases are separated by '|'.
"""

from __future__ import annotations

from typing import Final

CONJECTURES: Final = (
    "would|could|might|may|should|expect|expected|expects|expecting|expectation|expectations|assume|"
    "assumed|if|unless|theory|theoretically|usually|typically|generally|often|sometimes|tend|tends|"
    "tended|known|literature|hope|hoped|hoping|probably|likely|presumably|perhaps|possibly|in general|"
    "supposed|suppose|believe|believed|thought|predicted|hypothesis|hypothesized|guess|paper|papers|"
    "lecture|reported in|in principle|potentially|can|imagine|anticipated|intended|want|wanted|aim|?|"
    "suspect|suspected|plausible|had we|we feared|commonly|normally|in practice|reputation|textbook|"
    "recommended|future|next time|rule of thumb|popular|sometime|at times|wonder|whether|unclear|"
    "hard to say|in some runs|claimed|said to|want to|trying|tried to|"
    "need not"
)
NARROW: Final = (
    "the other way round|the other way around|vice versa|the opposite|still improving|still increasing|still rising|"
    "still falling|still decreasing|"
    "at that point|at that time|by then|by that time|at that moment|back then|"
    "initially|at first|early|earlier on|early on|in the beginning|at the beginning|at the start|"
    "in the early epochs|first epoch|first epochs|first few epochs|first few|per epoch|each epoch|"
    "every epoch|epoch|until|during training|midway|halfway|intermediate|as soon as|"
    "after a single one|after just a single one|after only a single one|"
    "out of it|out of that|"
    "last epoch|very last epoch|final epoch|very final epoch|one of the best|"
    "one of the worst|among the best|one of the|some classes|class|classes|cats|dogs|noisy|per step|"
    "per batch|first two epochs|first three epochs|first five epochs|first ten epochs|in the middle|"
    "at one point|for a while|temporarily|once|two of the three|two of the four|three of the four|"
    "one of the two|most of the|most of them|some of|one of|at least one|a few of|several of|variance|"
    "on the validation set|average of|combination|combined|combining|together|some runs|other seeds|"
    "seed|before|the first half|from the start|from the beginning|early phase|early stage|iteration|"
    "iterations|memory|per parameter|per second|per layer|from layer to layer|with each layer|with every layer"
)
TOWARD: Final = (
    "toward|towards|in the direction of|on the way to|on its way to|on their way to|on the way back to|"
    "on its way back to|back to|down to"
)
SETTINGS: Final = (
    "rate|learning rate|lr|probability|p|wd|coefficient|lambda|λ|factor|threshold|batch size|decay|"
    "beta|drop probability"
)
THINGS: Final = (
    "cnns|model|models|network|networks|net|nets|optimizer|optimizers|optimiser|optimisers|method|methods|"
    "activation|activations|function|functions|architecture|architectures|variant|variants|version|"
    "versions|configuration|configurations|run|runs|setup|setups|technique|techniques|cnn|cnns|mlp|"
    "mlps|algorithm|algorithms|option|options|candidate|candidates|approach|approaches|one|ones|"
    "activation function|activation functions|pooling|competitor|competitors|rival|rivals|contender|"
    "contenders|setting|settings|regularizer|regularizers|regularization|regularisation|"
    "regularization method|nonlinearity|nonlinearities|performer|contestants|field|pack|experiment|"
    "experiments|design|backbone|feature extractor|designs|classifier|solution|regularizers|alternative|"
    "alternatives|layer type"
)
PLAIN_PHRASES: Final = (
    "suffer from|suffers from|suffered from|suffering from|sign of|signs of|trace of|traces of|evidence of|"
    "evidence for|"
    "strongest activations|largest activations|highest activations|"
    "no longer than a moment|if we sort|if we look at|if you look at|if one looks at|if we compare|if you compare|"
    "if one compares|if we rank|if we order|if i compare|if i look at|if judged by|converges to|converged to|"
    "converging to|"
    "led to|leads to|lead to|leading to|"
    "fails to learn|failed to learn|did not learn|does not learn|fails to train|failed to train|"
    "did not learn anything|"
    "per run|in total|learned nothing|learns nothing|learnt nothing|learned nothing at all|changes nothing|"
    "changed nothing|nothing special|"
    "nothing but|nothing to do with|nothing more than|"
    "as expected|as predicted|as i expected|as we expected|as theory predicts|as the theory says|as anticipated|"
    "was over|is over|were over|could only|could even|i.e.|rather|fairly|pretty|once again|once more|"
    "at the same time|in the same time|at once|no wonder|stands out as|stood out as|"
    "at all|"
    "it must be noted|it should be noted|it has to be noted|it must be said|it should be mentioned|it must be mentioned|"
    "at no additional cost|at no extra cost|at almost no additional cost|at almost no extra cost|at nearly no extra cost|"
    "at practically no cost|at almost no cost|at no cost|for free|better than nothing|"
    "more work|less work|more computation|more computations|more operations|more calculations|"
    "converges at|converged at|without doubt|without a doubt|without question|if anything"
)
# What improves something, or does not: see `phrasal_verbs`.
HELPS: Final = (
    "pay off|pays off|paid off|worth it|worth the effort|worthwhile|worth the time|did nothing against|did nothing for|"
    "does nothing against|does nothing for|made a difference|make a difference|makes a difference|made any difference|"
    "make any difference|brought nothing|brings nothing|gained nothing|gains nothing|bought us nothing|bought nothing|"
    "adds nothing|added nothing|brought us nothing"
)
PLAIN: Final = """
put puts place places putting placed
tried ran become becomes became becoming unseen digits photos samples examples pictures held-out
a an the this that these those is was are were be been being has have had do does did done reach reached reaches
reaching achieve achieved achieves achieving obtain obtained obtains attain attained attains get gets got getting give
gave given gives giving show showed shown shows showing yield yielded yields deliver delivered delivers produce
produced produces perform performed performs performing performance-wise end ended ends ending finish finished
finishes score scored scores rank ranked ranks come came comes take took takes taking taken need needed needs needing
require required requires requiring use used uses spend spent spends train trained trains training trainings learn
learned learnt learns work worked works working turn turned turns out up remain remained remains stay stayed stays lie
lies lay lay sit sits sat see saw seen we our ours i my me us you one's here there also even still again too indeed
overall finally clearly surprisingly interestingly unexpectedly unsurprisingly final finals test testing set data
dataset images mnist cifar cifar-10 cifar10 epochs at end after all-around simply really quite very in-total total in-
terms terms term wise respect regard regards concerning both-ways case cases table figure results-table measured
measurement measurements numbers figures shown-in experiment experiments comparison compared tested evaluated
considered trained-for same-time time-wise s 's actually fact in-fact as-expected however then finally most-of-all
mean average-over reported according ours overall-best absolute relative value values hit hits got gets landed lands
stopped arrived arrive arrives settled levels percentage point points percent percentages amount difference margin
other-hand hand side place far-away today do-so it-was resulting resulted results-in led-to leads-to lead made make
makes making managed manage manages able proved proves prove proven held holds hold keep kept keeps keeping beside
full whole entire long now first-place ever once-more together-with respective new own brought brings bring offers
offered offer provides provided provide records recorded recorded posts posted secures secured boasts boasted enjoys
enjoyed exhibits exhibited displays displayed demonstrates demonstrated belongs belong goes went go wound eventually
ultimately did-so help helped helps allowed allows in-the-end find found finds observe observed observes note noted
notice noticed can-be-seen clear obvious interesting surprising apparent evident among-them clear-cut exactly just-
like offering providing delivering producing reaching requiring scoring ending finishing leaving left seem seems seemed
appear appears appeared look looks looked feel proposed implemented position emerges emerge emerged
visible noticeable observable detectable like such job any whatsoever thanks due therefore so-called namely hence i.e e.g total-of
""".split()
