"""The kind of a paragraph: a possible answer, or a caption, a task, code, a formula, instructions, others' work."""

from __future__ import annotations

import re
from typing import Final

from autograder.handed_in.patterns import one_of
from autograder.handed_in.sentences import WIDE, sentences
from autograder.handed_in.theory import derives_something, is_theory
from autograder.handed_in.unanswered import is_unanswered

LABEL: Final = re.compile(r"^[^.:!?\n]{0,40}?[.:–—-]\s+(?=\S)")  # 'Analysis: ', 'Analysis. '
# A request for a number of sentences. The answer comes next.
ASKED: Final = one_of(
    "sentences | sätze | phrases | oraciones | frases | frasi | предложени",
    before=r"\d\s*(?:-|–|to|bis|à|a|до)?\s*\d?\s+",
)
TO_DO: Final = (
    "write|create|plot|train|implement|report|describe|discuss|explain|show|visuali[sz]e|compare|analy[sz]e|"
    "provide|include|track|repeat|design|use|load|replace|fine-tune"
)
TO_WHAT: Final = (
    "an?|the|your|two|three|four|each|all|both|which|what|why|at least|with|brief|training|final|models|different|"
    "pre-?trained|test accuracy"
)
TASK: Final = one_of(
    rf"""
    (?:{TO_DO})\s+(?:and\s+\w+\s+)?(?:{TO_WHAT})\b
    (?:code|plot|table|comparison table|description|visualization|curves)\s+(?:showing|comparing|of each|for)\b
    deliverables?\b
    """,
    before=r"^\W*(?:\d+[.)]\s*)?",
)
CAPTION: Final = one_of(
    "fig(?:ure)? | table | tab | plot | graph | diagram | chart | image | abb(?:ildung)? | tabelle | diagramm | listing"
    " | algorithm | рис(?:унок)? | таблица | график | figura | gráfic[ao] | tabla | [图表]",
    before=r"^\W*",
    after=r"\.?\s*\d+(?:\.?[a-d\d])?\s*[.:–—-]",
)
CODE: Final = re.compile(r"\w\(|\s[-+*/]?=\s|\bdef \w|\bimport \w|\bself\.|\breturn \w|\w\[\w|\);")
FORMULA: Final = re.compile(r"[=+∂∇∑∏∫√≤≥∈·×^∞⊙αβγδεηθλμσφψωΔΣΠ∗⊤|]|\\[a-z]+")
# How others' work is described, and instructions for running the code.
OTHERS: Final = one_of(
    r"\bet al\b | \[\d{1,3}(?:,\s*\d{1,3})*\] |"
    r" \((?:19|20)\d\d[a-z]?\) | \b(?:proposed|populari[sz]ed|(?:have|has been) shown)\b"
)
INSTRUCTS: Final = one_of(
    r"""
    \bpip3? install\b | \bconda (?:create|install|activate|env)\b | \bpython3? [-\w./]+\.py\b | \bgit clone\b
    \bvirtual ?env(?:ironment)?\b
    \brequirements\.txt\b | \bvenv\b | \bnpm\b | \bdocker\b | (?<!\w)--[a-z][\w-]+ | \blicen[sc]e\b
    \bthis repo(?:sitory)?\b
    \bdownloaded automatically\b | \brun (?:the|all|each|every)\b.*\b(?:cells?|notebook|scripts?|command|file)\b
    \bexecute (?:the|this|it|all)\b
    \bcan be ignored\b | \bto (?:run|train|start|execute|install|use)\b[^.]*\b(?:script|python)\b
    \b(?:every|each|the (?:first|second|last)) (?:part|script|file) (?:has(?! to\b)|prints|saves|trains)\b
    \btype hints\b | \bclean(?:ing)? up the\b
    \bjupyter (?:lab|notebook)\b | \bplease run\b | \bto reproduce\b
    """
)
# Notes beside the answers: what a file contains, how long it took.
NOTES: Final = one_of(
    r"""
    [\w./\\-]+\.(?:py|ipynb|md|txt|csv|png|jpe?g|pdf|pth?|npz|json|ya?ml|log|sh|docx)\b\s*(?::|=|\(|\s[–—-]|(?:contain|hold|ha)s\b)
    (?:installation|set-?\s?up|usage|requirements|references|hardware|time (?:spent|needed)|total time|acknowledge?ments?)\s*:
    (?:collaborat\w+|dependencies|licen[sc]e|contact|environment|author|student|name|e-?mail|date|course)\s*:
    """,
    before=r"^\W*",
)
# Textbook knowledge
RECALLS: Final = one_of(
    r"""
    for completeness | as a reminder | (?:let us |let's |we |i )?(?:briefly )?(?:recall|remember) (?:that|how|what|the)
    as (?:is|was) (?:well )?known | by definition | zur erinnerung
    rappelons | recordemos | recordar que | ricordiamo | напомн\w+
    """,
    before=r"^\W*",
    after=r"(?!\w)",
)
PLANS: Final = one_of(
    r"""
    in this (?:part|section|problem|notebook|homework|report|assignment|exercise|task)
    (?:here|now|next|first|below|then)?,?\s*(?:we|i) (?:will|now|then|first|are going to|am going to)\b
    this (?:section|notebook|cell|report|document|function|class)\s
    """,
    before=r"^\W*",
)
# Results and reasons, in words of some languages, and figures.
RESULTS: Final = one_of(
    r"""
    \b(?:best|worst|better|worse|fast\w*|slow\w*|quick\w*|high(?:er|est)|low(?:er|est))\b
    \b(?:(?:more|less) than|larger|smaller|similar\w*)\b
    \b(?:outperform|converge|explain|suggest|observ|vanish|shrink|decay|overfit|improv|reach|achiev|help|compar|prevent)\w*
    \b(?:saturat|surpris|reason|increas|decreas|remain|stay|grow|dominat|confirm|indicat|conclu)\w*
    \b(?:keeps?|kept|falls?|fell|drops?|dropped|rises?|rose|ahead|behind|winner|catch(?:es)?|caught)\b
    \b(?:learns?|works?|fails?|failed)\b
    \b(?!interest|request)\w{4,}est\b | \b(?:than|below|above|orders? of magnitude)\b
    \b\d+e-?\d+ | \b10\^?[-−]\d
    \b(?:twice|double[ds]?|triples?|half|halve[ds]?|times|equal(?:ly)?|same|identical|alike|differ\w*|unlike|whereas)\b
    \b(?:nothing|everything|nearly|practically|hardly|roughly equal|visible|invisible|tiny|huge|zero|dead|stuck|flat)\b
    \b(?:cheap|expensive|costl\w*|useful|useless|worth|good|bad|well|badly|poor\w*|strong\w*|weak\w*)\b
    \b(?:stable|unstable|noisy|smooth\w*)\b
    \b(?:win|beats?|beat|lead|led|prefer\w*|recommend\w*|enough)\b
    \b(?:first|last|second|third) (?:place|one|is|was|comes?|came)\b | \bi(?:['’]d| would) (?:take|choose|pick|use|go)\b
    \b(?:because|due to|since|shows?|gaps?|gave|gives|won|wins|loses?|lost|hurts?|almost|barely|trade-?offs?|expected)\b
    \b(?:weil|denn|da|schneller|langsam\w*|besser|besten|schlecht\w*|höh\w+|niedrig\w*|genauer)\b
    \b(?:mejor|peor|más|menos|porque|meilleur\w*|rapide\w*|lente?\w*|parce|migliore?|veloce)\b
    лучш | хуже | быстр | медлен | точн | выше | ниже | потому | поскольку | 因为 | 最 | 更 | 比
    \b(?:clearly|obviously|ranking|in (?:that|this) order)\b
    \d\s?% | \b0[.,]\d{2,}\b | \d[.,]\d
    """
)
VERDICT: Final = one_of(
    r"""
    best | worst | better | worse | wins? | won | winner | loses? | lost | beats? | beat | faster | fastest | slower | slowest
    smaller | smallest | larger | largest | higher | highest | lower | lowest | outperforms? | vanish(?:es|ed)? | overfits?
    never (?:reach|get|learn)\w* | reach(?:es|ed) | ahead | behind | explod\w+ | prevents?
    besser | beste\w* | schneller | mejor | peor | meilleur\w* | migliore | melhor | лучше | хуже | быстрее
    """,
    before=r"(?<![^\W_])",
    after=r"(?![^\W_])",
)
REASONS: Final = one_of(
    r"\bbecause\b | \bsince\b | \bbc\b | \bdue to\b | \bthan\b | \bweil\b | \bporque\b | \bparce\b | потому | \bso that\b"
)
OWN_FIGURES: Final = re.compile(r"\d[.,]?\d*\s?(?:%|per ?cent\b)|\b0[.,]\d", re.IGNORECASE)
OWN_RESULTS: Final = one_of(
    r"""
    (?:my|our) (?:own )?(?:\w+ )?(?:runs?|results?|experiments?|networks?|models?|loss|accurac(?:y|ies)|case|settings?|figures?)
    (?:we|i) (?:see|observe|find|found|measured|got|think|believe)
    in (?:the|this) (?:experiment|figure|table|plot)
    (?:table|figure|fig\.) \d | best | worst | faster | slower | fastest | slowest | quickest
    """,
    before=r"\b",
    after=r"\b",
)
ENGLISH: Final = frozenset(
    "the of and to is are was were with for that it its by on at from this we than but not as be been has".split()
)
# What programs write while they run.
PROGRESS: Final = one_of(r"\d+/\d+\s*\[[=>.# -]{4,} | \d+%\|[#█▏▎▍▌▋▊▉ ]* | \[\d\d:\d\d<")
LOGGED: Final = re.compile(r"[=:|]\s*[-+]?\d|\b[^\W\d_]+\s+[-+]?\d+\.\d")
LOG_NAME: Final = re.compile(r"^\W*[\w+-]{1,25}(?: \d+)?[:|]\s|\b\w+=")  # of what the figures are of
LOG_WORDS: Final = frozenset(
    "epoch epochs ep epoca época epoche эпоха iter iteration step steps batch loss acc accuracy train training val valid "
    "validation test testing lr learning rate time eta sec secs "
    "seconds min ms avg average mean std best final error err cost loss pérdida "
    "exactitud precisión perte précision verlust genauigkeit точность потери norm grad model saved of".split()
)
FEWEST_LETTERS: Final = 8
FEWEST_WORDS: Final = 3
FEWEST_IN_VERDICT: Final = 7
FEWEST_IN_CAPTION: Final = 2  # sentences of a caption that is an analysis
MOST_FIGURES: Final = 0.35  # share of the characters that are not blank: more make a log or a table
MOST_FORMULA: Final = 0.06
MOST_CODE: Final = 0.125  # marks of code per word


def could_answer(text: str) -> bool:
    """Whether a paragraph can be an answer, or a piece of one."""
    letters = sum(map(str.isalpha, text)) + 2 * len(WIDE.findall(text))
    bare = without_label(text)
    few = len(text.split()) < FEWEST_WORDS and not WIDE.search(text) and not (says_results(text) and text[-1:] in ".!")
    if letters < FEWEST_LETTERS or text.endswith(":") or few:
        return False
    if CAPTION.match(text) or TASK.match(bare) or INSTRUCTS.search(text) or NOTES.match(text):
        return False
    if RECALLS.match(text) and len(sentences(text)) == 1 and not OWN_FIGURES.search(text):
        return False
    if len(CODE.findall(text)) > MOST_CODE * len(text.split()) or _is_log(text):
        return False
    if is_unanswered(text) or (is_theory(text) and not reports(text)):
        return False
    derives = len(FORMULA.findall(text)) > MOST_FORMULA * len(text) or bool(derives_something(text))
    return not ((derives or OTHERS.search(text)) and not reports(text)) and not (
        PLANS.match(bare) and not reports(text)
    )


def is_short_reply(text: str) -> bool:
    """Whether a word or two answer a question right above: 'Dropout.'"""
    short = len(text.split()) < FEWEST_WORDS and text[-1:] in ".!" and bool(re.search(r"[^\W\d]{3}", text))
    return short and not is_unanswered(text) and not CAPTION.match(text)


def says_results(text: str) -> bool:
    """Whether a text reports results or reasons, by words of some languages and by figures."""
    return bool(RESULTS.search(text))


def tells_in_a_caption(text: str) -> bool:
    """Whether a caption reports results and not only what the figure shows: the analysis of students who write no other."""
    said = sentences(CAPTION.sub("", text, count=1)) if CAPTION.match(text) else []
    return len(said) >= FEWEST_IN_CAPTION and says_results(" ".join(said[1:]))


def gives_a_verdict(text: str) -> bool:
    """Whether one sentence says what did better or worse than what, and by how much or why."""
    reasoned = re.search(r"\d", text) or REASONS.search(text)
    return bool(reasoned) and bool(VERDICT.search(text)) and len(text.split()) >= FEWEST_IN_VERDICT


def is_english(text: str) -> bool:
    """Whether a text has so many of the commonest English words that it must be English."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(words) and sum(word in ENGLISH for word in words) > 0.12 * len(words)


def is_sentence(text: str) -> bool:
    """Whether a line consists of sentences and is not a label, a log or a row of a table."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    ends = text.rstrip("\"'”’)")[-1:] in ".!?…。！？"
    return ends and (len(words) >= 4 or bool(WIDE.search(text))) and not _is_log(text) and len(CODE.findall(text)) <= 1


def without_label(text: str) -> str:
    label = LABEL.match(text)
    return text[label.end() :] if label and len(label[0].split()) <= 5 else text


def _is_log(text: str) -> bool:
    """Whether a text has mostly figures, or nothing but figures and what they are called: 'Epoch 1: loss=2.04'."""
    if PROGRESS.search(text):
        return True
    words = re.findall(r"[^\W\d_]{2,}", LOG_NAME.sub("", text))
    if LOGGED.search(text) and all(word.casefold() in LOG_WORDS for word in words):
        return True
    solid = re.sub(r"\s", "", text)
    figures = sum(character.isdigit() for character in solid)
    return bool(solid) and figures > MOST_FIGURES * len(solid)


def reports(text: str) -> bool:
    """Whether a paragraph with a formula or a citation reports results of the student's own runs."""
    return bool(OWN_FIGURES.search(text) or OWN_RESULTS.search(text))
