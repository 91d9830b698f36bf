"""Sentences beside an answer: they lead to what comes next, say what was done, what is drawn where, what went wrong with the
work, or what would be tried with more time, and report no finding.

Learned words (`findings`) recognise them badly, as answers use the same words. Here the kind of sentence is recognised, by who
does what; a sentence of such a kind that reports a result does not count.
"""

from __future__ import annotations

import re
from typing import Final

from autograder.handed_in.patterns import one_of
from autograder.handed_in.prose import CAPTION, REASONS
from autograder.handed_in.sentences import sentences

PIECES: Final = (
    "kernels?|filters?|layers?|pooling|units|neurons|strides?|channels|convolutions?|blocks?"  # of a network
)
# Words of outcomes, which also say how a network is built, or why something was run so: 'dropout behind each layer',
# 'I therefore repeated it', 'only 16 filters', 'two layers but a kernel of 7x7'
BEHIND: Final = rf"behind(?! (?:each|every|all|both|the|its) (?:\w+ )?(?:{PIECES}|activations?|relus?)\b)"
THEREFORE: Final = (
    r"(?:therefore|thus|hence)(?!,? (?:(?:I|we) )?(?:let|(?:re-?)?ran|(?:re)?trained|repeated|left|(?:re)?started|built|wrote|"
    r"plotted|measured|averaged|recorded)\b)"
)
ONLY: Final = rf"only \d(?!\d* (?:hidden |conv |convolutional )?(?:{PIECES}|epochs|seeds|images)\b)"
A_PIECE: Final = rf"(?:(?:an?|one|two|three|four|five|no|\d[\dx×]*) )?(?:\w+ )?(?:{PIECES})"
BUT: Final = rf"(?<!nothing )but(?! (?:with )?{A_PIECE}(?=\W*$|,| of\b| and\b))"
# Words used only for outcomes. 'Same', 'first' or 'works' may describe what was done, and are not among them.
OUTCOME: Final = one_of(
    rf"""
    best | worst | better | worse | w[io]ns? | winner | los(?:es|t to) | beats? | faste[rs]t? | slowe[rs]t? | small(?:er|est)
    larg(?:er|est) | bigg(?:er|est) | high(?:er|est) | low(?:er|est) | strong(?:er|est) | weak(?:er|est) | steep(?:er|est)
    earli(?:er|est) | latest | smooth(?:er|est) | outperform\w* | vanish(?:es|ed)? | overfit(?:s|ted)? | explod\w+
    saturat\w+ | converg\w+ | diverg\w+ | oscillat\w+ | generali[sz]e\w* | ahead | {BEHIND} | gone | gaps? | gains? | gained
    improv\w+ | help(?:s|ed)? | hurts? | hardly | barely | never | almost | nearly | practically | clear(?:ly)?
    obvious(?:ly)? | visibl[ey] | rises? | rose | falls? | fell | drops? | dropped | shrinks? | shrank
    (?<!weight[ _])decays? | decayed | grows? | grew | increas\w+ | decreas\w+ | prevents? | prevented | suffers? | suffered
    fail(?:s|ed)? | achiev\w+ | reach(?:es|ed) | attain\w* | differences? | (?<!which )(?<!that )differ(?:s|ed)?
    equal(?:ly)? | alike | similar(?:ly)? | identical | unlike | whereas | while | unchanged | surpris\w+ | noisy | stable
    unstable | stuck | dead | frozen in | useless | worth | enough | sufficient | suffices? | advantage | disadvantage
    price | trade-?offs? | conclu\w+ | confirm\w*
    {THEREFORE} | mean(?:s|ing) that | than | why | reason
    explain(?:s|ed)? | prefer\w* | recommend\w* | choice | decisive | matters?(?! of\b) | suggests? | indicates? | ranking
    (?<!one )(?<!two )(?<!three )(?<!some )(?<!for )more | most | less | least | twice | double[ds]?
    half(?! of (?:the |its |all )?(?:\w+ )?(?:{PIECES}|activations)\b) | halve[ds]?
    triple[ds]? | (?:a|one) (?:third|quarter|fifth|tenth) | orders? of magnitude | factor | stays? | stayed | remains?
    remained | begins? to | counts(?! (?:and|are|were)\b) | counted
    invisible | swaps? | flip(?:s|ped)? | draw | effects? | influence | benefits? | succe(?:ss|eds?|eded)\w* | leads?(?! to)
    led | tie[ds]? | learns | learned nothing | takes? longer | too | {ONLY} | {BUT} | however | yet | although | though | still
    (?:is|are|was|were|be|comes?|came) (?:\w+ )?(?:first|last|second|third|fine|ok(?:ay)?|good|bad|well|right)
    """,
    before=r"(?<![^\W_])",
    after=r"(?![^\W_])",
)
# Figures that are settings: the number is next to what is set.
SET: Final = (
    r"(?:learning )?rates?|lr|momentum|batch(?: size)?|p|dropout|probability|decay|penalty|beta\w*|alpha|lambda|seeds?|"
    r"size"
)
OF_WHAT: Final = "hidden|conv|pooling|training|test|more|full|dense|convolutional|different|random|input|output|whole"
COUNTED: Final = (
    r"epochs?|layers?|units?|neurons?|seeds?|filters?|images?|pictures?|pixels?|batch\w*|steps?|iterations?|runs?|times each|"
    r"outputs?|classes|samples|px|nodes|channels|kernels?|networks?|models?|gpus?|cpus?"
)
NUMBERED: Final = "figure|fig\\.?|table|plot|picture|part|problem|section|task|step|cell|resnet|vgg|cifar"
SETTING: Final = re.compile(
    rf"(?:{SET})(?: (?:of|is|was|to|at|set|=))* ?[=:(]? ?\d[\d.,e^-]*(?![\d.,]*\s?%)"
    rf"|(?:\d+(?: (?:to|and|or)|,) )?\d[\d.,]*(?:e-?\d+)?(?: ?[x×*] ?\d+)*[ -]?(?:(?:{OF_WHAT}) )*(?:{COUNTED})\b"
    rf"|\b\d{{1,3}}(?:-\d{{1,4}}){{2,}}\b|\b[1-9]\s?[.-]?[a-d]\b|\bl[12]\b|\b\d ?[x×] ?\d\b"
    rf"|\b(?:{NUMBERED})[ -]?\d[\d.]*[a-d]?\b",
    re.IGNORECASE,
)
DID: Final = (
    r"(?:re)?train|us|record|stor|logg|measur|repeat|plott|replac|load|resiz|add|stack|implement|stopp|sav|(?:re)?start|averag|"
    r"normali[sz]|standardi[sz]|scal|divid|initiali[sz]|tun|compar|pick|comput|calculat|register|attach|evaluat|test|vari|"
    r"chang|swapp|exchang|defin|fine-?tun|collect|smooth|tim|upsampl|copi|fix|seed|hook|code?|tri|clos|count|check|plann|examin|"
    r"monitor|track|appli|creat|invent|plac|insert|modifi|extend|reus|design|construct|studi|investigat|prepar|adapt|limit|equipp|augment"
)
DONE: Final = (
    rf"(?:(?:{DID})ed|set|ran|run|wrote|written|took|taken|built|froze|frozen|kept|chose|chosen|drew|drawn|put|gave|given|let|left|"
    r"made|did|done|had|went|needed to|wanted to|decided)"
)
DO: Final = rf"(?:(?:{DID})e?|run|write|take|build|freeze|keep|choose|draw|put|give|let|leave|make|(?<!can )do)"
ADVERB: Final = (
    r"(?:(?:then|also|first|only|simply|just|again|therefore|thus|hence|have|had|has|been|all|both|each|always|now|once|"
    r"\w+ly) )*"
)
SHOWN: Final = (
    r"(?:shown|given|listed|plotted|drawn|displayed|collected|represented|depicted|pictured|summari[sz]ed|reported|printed|seen|"
    r"found|to (?:be )?f(?:i|ou)nd|stored|written|logged|visible|presented|compared|contained|illustrated|included|attached|"
    r"saved)"
)
TOLD: Final = r"(?:discussed|described|shown|examined|compared|presented|treated|answered|analy[sz]ed|looked)"
SHOWS: Final = "show|display|list|give|depict|contain|present|compare|summari[sz]e|plot|collect|draw"
DRAWING: Final = (
    r"(?:fig(?:ure|\.)?s?|tables?|plots?|graphs?|charts?|diagrams?|pictures?|images?|listings?|panels?|bars?|curves?|"
    r"lines?)"
)
COLORED: Final = "solid|dashed|dotted|thin|thick|upper|lower|left|right|blue|red|green|orange|gr[ae]y|black"
# Who did what, or what was done. 'When X was replaced …' leads to the outcome.
METHOD: Final = re.compile(
    rf"^(?!\W*(?:when|if|once|as soon as|after)\b)(?:(?:[^.;:]*[,:] |(?:[^\s.;:,]+ ){{1,6}})?(?:I|we) {ADVERB}{DONE}\b"
    rf"|(?:[^\w.;:]*(?:here|now|first|then|next|for this),? )?\W*(?:I|we) {ADVERB}{DO}\b"
    rf"|.*?\b(?:was|were|been|being|to be|(?:is|are)(?! {ADVERB}trained)) {ADVERB}(?!done|had|did|went|let|needed|wanted){DONE}\b"
    r"|.*?\b(?:was|were) done (?:on|with|in|by)\b)"
    r"|\b(?:goes|(?:is|was|are|were) (?:handed|passed|given)) (?:in)?to the (?:optimi[sz]er|model|loss|constructor)\b"
    rf"|^\W*(?-i:[A-Z])\w+ {ADVERB}(?:trained|compared|tried|tested|presented|showed|plotted|implemented|recorded|logged)\b",
    re.IGNORECASE,
)
# What something consists of, which was true before any run
SETUP: Final = re.compile(
    r"^\W*(?:[^\s.;:,]+ ){1,6}?(?:has|have|had|uses?|gets?|got|consists? of|contains?) (?:(?:only|just|now|also) )?"
    r"(?:an?|one|two|three|four|five|six|seven|eight|no|the same|\d[\dx×,]*|\w+ing) .*"
    r"\b(?:layers?|filters?|convolutions?|kernels?|units|neurons|epochs|pooling|batch size|learning rates?|optimi[sz]er|seed)\b"
    r"|^[^.;:]{1,60} (?:is|are) (?:the one|those|that|the same as) (?:of|from|in)\b"
    r"|^\W*(?:all|every|each|both) (?:\w+ )?\w+ uses? .*\b(?:learning rate|batch size|optimi[sz]er|seed|loss)\b"
    r"|\bepochs each\W*$|^\W*(?:I|we) (?:begin|start) with\b",
    re.IGNORECASE,
)
GIVEN: Final = re.compile(
    r"\W*(?:(?:network|model|variant|architecture|net) )?\w+ is (?:the|our|my) "
    r"(?:baseline|reference|given|prescribed|original|basic|network (?:of|from) (?:the|part|problem))\b",
    re.IGNORECASE,
)
FOR_A_PURPOSE: Final = re.compile(r"\b(?:so that|in order (?:to|that))\b", re.IGNORECASE)
# Where a sentence on what was done continues with the outcome
CALLED: Final = r"(?:I|we) (?:have |then |shall |will )?(?:call(?:ed)?|named?|label(?:led|ed)?|refer)\b"
MERELY: Final = r"was (?:only|just|simply|merely) (?:an?|the)\b"
MEASURED: Final = r"(?:\w+ ){0,2}(?:accurac(?:y|ies)|loss(?:es)?|errors?|times?|gradients?|results?|order|curves?)"
LEFT_SO: Final = r"(?:kept|left|changed|extended|limited|scaled|stopped)"  # as what is measured may be by itself
ONE_WITH: Final = r"(?:with )?(?:one|another|an?) (?:\w+ )?(?:with|that (?:has|uses)|which (?:has|uses)|of)\b"
LAST_OF_A_LIST: Final = (
    r"(?:\w+ ){1,2}with\b(?![^,;]*\b(?:is|are|was|were|has|had|does|did|gives|gave|needs|takes|took)\b)[^,;]*$"
)
GOES_ON: Final = re.compile(
    rf",? (?:so(?! that)|where|whereupon|which(?! differ| {CALLED}| {MERELY}))\b|(?:\w+\W+){{4}}\w+:"
    rf"|, and (?!(?:I|we)\b|(?:then )?\w+ed\b|{ONE_WITH}|{LAST_OF_A_LIST}"
    rf"|(?!{MEASURED} (?:was|were) {LEFT_SO})(?:[^\s,;:.]+ ){{1,5}}?(?:was|were) {ADVERB}{DONE}\b)",
    re.IGNORECASE,
)
# What stands where
POINTS: Final = one_of(
    rf"""
    ^\W*(?:the )?(?:\w+ )?{DRAWING}(?: \w+){{0,4}} (?:{SHOWS})(?:s|ed|n)?\b
    \b(?:is|are|was|were|can be)(?: also)? {SHOWN} (?:in|on|by|below|above|left|right|next|under|at|as)\b
    \b(?:is|are) in (?:the )?{DRAWING}(?:\W*$|\W+\d)
    \b(?:the )?(?:following|next) {DRAWING} | {DRAWING} (?:below|above|beneath)\b
    ^\W*(?:below|above|here|attached)(?: you| we)? (?:is|are|find|see)\b | \b(?:shows?|showed|presents?) the {DRAWING}\b
    \b(?:[xy]|horizontal|vertical|log(?:arithmic)?|left|right)[- ](?:axis|axes|scale)\b
    ^\W*(?:the )?(?:{COLORED})(?: \w+)? (?:{DRAWING}|row|column|half|one)\b
    ^\W*(?:the|this|each|my|our) (?:scripts?|code|notebook|program|functions?|cells?) (?:\w+ly )?\w+s\b
    ^\W*(?:the )?(?:legend|shaded \w+|error bars?)\b | \b(?:blue|red|green|orange|black|gr[ae]y) (?:is|are|stands? for|=)
    ^\W*(?:see|cf\.?) (?:also )?(?:the )?(?:{DRAWING}|appendix|notebook|cell|code)\b
    \b(?:code|script|numbers|details|plots|raw \w+)\b[^.]{{0,30}}\b(?:is|are|can be found) in\b
    """
)
NOW: Final = r"(?:now|next|so|then|and|finally|lastly|after (?:that|this)|with (?:that|this))?,? ?"
LET_US: Final = (
    r"(?:(?:I|we|let us|let['’]s|let me|it is time to|time to)"
    r"(?: (?:now|then|next|shall|will|can|am going to|are going to|want to|would like to))*)"
)
GO: Final = (
    r"turn|move|go on|proceed|continue|come (?:back )?to|come now|look|get (?:back )?to|return|switch|pass|discuss|show|"
    r"describe|examine|present|report|explain|address|analy[sz]e|investigate|summari[sz]e|see"
)
SECTION: Final = r"section|part|question|problem|step|thing|topic|task|chapter|experiment|paragraph|subsection"
LEFT: Final = r"regulari[sz]ation|(?:the|one|a last|only the) (?:question|matter|issue|topic)"
# What comes next
NEXT: Final = one_of(
    rf"""
    ^\W*{NOW}{LET_US} (?:{GO})\b
    ^\W*(?:that|this|it|which) (?:leaves|leads|brings|takes|concludes|completes|finishes|ends|closes|settles) (?:us|me)\b
    ^\W*(?:that|this|it|which) (?:leaves|concludes|completes|finishes|ends|closes|settles) (?:the )?(?:{SECTION}|{LEFT})\b
    ^\W*that (?:is|was) (?:it|all) for\b | ^\W*(?:so much|enough|that was all|that's (?:it|all)|this much) (?:for|of|about|on)\b
    ^\W*(?:[^\s.;:,]+ ){{0,5}}(?:I|we) (?:then |next )?(?:went|moved|turned|came|passed) (?:over |on )?to\b
    ^\W*(?:[^\s.;:,]+ ){{0,4}}(?:task|aim|goal|exercise|assignment) (?:here )?(?:was|is) to\b
    ^\W*before (?:I|we) (?:get|come|go|turn|move)\b | ^\W*the rest of (?:the|this) (?:report|text|notebook|homework|section)\b
    \bit was (?:now |then |only |just )*(?:natural|logical|time) to (?:{GO})\b
    \b(?:that|this|which) is what the next (?:{SECTION}) is (?:about|on)\b
    ^\W*(?:on to|moving on|turning to|back to|over to|what (?:remains|is left)|what comes next|coming up|up next)\b
    ^\W*next (?:up|comes?|came|on the list|is|are|was|were|stop)\b | ^\W*the next (?:{SECTION})\b
    \b(?:in|to|of) the (?:next|following) (?:{SECTION})\b
    \b(?:will|shall|is going to|are going to) (?:now |then |next |also )*(?:be {TOLD}|come next|follow)\b
    \b(?:follows?|comes?) (?:below|next|in the next|in part|in section|in problem|after this|further down|now)\b
    \b(?:more (?:on|about) (?:this|that|it)|(?:I|we) (?:will )?come back to (?:this|that|it))\b
    """
)
# What would be done with more time
OUTLOOK: Final = one_of(
    r"""
    \b(?:with|given|had (?:I|we)(?: had)?|if (?:I|we) had(?: had)?) (?:some |a little |a bit )?more (?:time|compute|gpu)\b
    \b(?:I|we) (?:would|should|['’]d) (?:have )?(?:like|love)d? to\b
    \ba (?:possible|natural|logical) (?:next step|continuation)\b
    \bwould (?:try|test|add|look at)\b.*\bnext\b | \bnext thing to (?:try|do)\b | \bfor another (?:day|time)\b
    \b(?:would|should|could) have (?:tried|tested|run|added|liked|looked)\b | \bfuture work\b | \bnext time\b
    \b(?:in|for|as|left for) (?:the )?future (?:work|experiments?|studies|versions?)\b
    \bit (?:would|might|could) be (?:interesting|nice|worth\w*|useful|instructive|fun) to\b
    \b(?:remains? to|could(?: also)?|should|might) be (?:seen|tried|tested|investigated|examined|studied|checked|explored)\b
    """
)
# How a text ends
CLOSES: Final = one_of(
    r"""
    ^\W*(?:that['’]s it|that is all|thanks? (?:you )?for|the end\b|this (?:concludes|completes|finishes|ends)|end of)
    """
)
# What went wrong with the work
TROUBLE: Final = one_of(
    r"""
    \b(?:crash(?:ed|es)?|got lost|was lost|timed out|disconnect(?:ed|s)?|kicked me|ran out of (?:memory|time|quota))\b
    \b(?:out of memory|kernel (?:died|restarted)|session (?:expired|died|ended)|quota|debugg\w+|a bug|the bug|bugs|typo)\b
    \bover-?heated\b | \bhad to (?:repeat|re-?run|re-?start|re-?do|re-?train)\b | \bzero_grad\b | \bdeadline\b
    \b(?:I|we) (?:had )?(?:forgot(?:ten)?|struggled|confess|must confess|gave up|overlooked)\b
    \b(?:I am|I'm|we are) sorry\b | \bapologi[sz]e\b | \b(?:took|cost) (?:me|us)\b
    ^\W*(?:sadly|unfortunately|sorry|luckily)\b.*\b(?:plot|figure|gpu|colab|laptop|notebook|file|log|run)s?\b
    """
)
LETTERED: Final = re.compile(r"^\W*(?:\d\s?[.-]?)?[a-d]\)\s*", re.IGNORECASE)  # '3b) I compared …'
KNOWS: Final = re.compile(
    r"\bthat\b|\bhow (?:much|far|little)\b|\d\s?%|\bper ?cent\b", re.IGNORECASE
)  # 'Figure 3 shows that …'


def is_beside(sentence: str) -> bool:
    """Whether a sentence leads to what comes next, or says what was done or what is drawn where, and reports no result."""
    sentence = LETTERED.sub("", sentence)
    if (TROUBLE.search(sentence) or GIVEN.match(sentence)) and not _has_figures(sentence):
        return True
    if _says_an_outcome(sentence):
        return bool(OUTLOOK.search(sentence)) and not _has_figures(sentence)
    if POINTS.search(sentence) or CAPTION.match(sentence):
        return not KNOWS.search(sentence)
    if METHOD.search(sentence) or SETUP.search(sentence):
        return not GOES_ON.search(sentence)
    return any(each.search(sentence) for each in (NEXT, OUTLOOK, CLOSES)) or sentence.rstrip().endswith("?")


def without_beside(text: str) -> str:
    """A paragraph without such sentences at its start and end; empty if it has no others. A caption starts by saying what the
    figure is, and stays as it is."""
    if CAPTION.match(text):
        return text
    said = sentences(text)
    beside = [is_beside(each) for each in said]
    if not any(beside):
        return text
    if all(beside):
        return ""
    first, last = beside.index(False), len(said) - beside[::-1].index(False)
    return text if (first, last) == (0, len(said)) else " ".join(said[first:last])


def _says_an_outcome(sentence: str) -> bool:
    return bool(OUTCOME.search(sentence) or REASONS.search(FOR_A_PURPOSE.sub("", sentence))) or _has_figures(sentence)


def _has_figures(sentence: str) -> bool:
    """Whether a sentence has a figure that is not a setting."""
    return bool(re.search(r"\d", SETTING.sub("", sentence)))
