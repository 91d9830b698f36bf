"""What a student's own words name: an activation, an optimizer, a configuration of regularization; in English, and in what
students of such courses call these in other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping


def activation_in(text: str) -> str:
    """The activation that a text names; '' for none or several."""
    words = {
        "ReLU": r"relu|rectif|выпрямл",
        "sigmoid": r"sigmo|logist|\u03c3|сигмо|логист",
        "tanh": r"tanh|hyperb|hiperb|iperb|tangens|гиперб|тангенс|双曲",
    }
    return _one_of(words, text)


def optimizer_in(text: str) -> str:
    """The optimizer that a text names; '' for none or several."""
    plain = text.lower()
    found = [name for name, sign in (("RMSprop", r"rms"), ("Adam", r"adam")) if re.search(sign, plain)]
    # 0.9 is a momentum in the same cell as SGD, and a time or an accuracy in another one
    factor = r"sgd(?:(?!\s\s).){0,20}?\b0\.9\b(?!\s*(?:s|sec|min|%))"
    if re.search(rf"moment|nesterov|sgd\W*\(?m\b|sgdm|\bmom\b|sgd_?m|момент|импульс|инерц|impuls|动量|{factor}", plain):
        found.append("SGD+Momentum")
    elif re.search(r"sgd|stochas|estoc|стохаст|随机梯度", plain):
        found.append("SGD")
    return found[0] if len(found) == 1 else ""


def configuration_in(text: str) -> str:
    """The configuration of regularization that a text names; '' for none or several."""
    words = {
        "L2": r"\bl2|l\u2082|l\u00b2|weight.?decay|\bwd\b|ridge|затухани",
        "dropout": r"drop.?out|\bdrop\b|дропаут|прорежив",
        "no regularization": r"\bno\b|none|without|base|plain|unregul|\bno_|vanilla|ohne|standard|\bwithout\b|normal|"
        r"\bбез\b|базов|обычн|\bsin\b|\bsans\b|\bsenza\b|无",
    }
    plain = re.sub(
        r"(no|without|ohne|без|sans|sin|senza)\W*(l2|weight.?decay|drop.?out|дропаут\w*)", "none", text.lower()
    )
    found = [name for name, sign in words.items() if re.search(sign, plain)]
    return found[0] if found and (len(found) == 1 or found[1:] == ["no regularization"]) else ""


def _one_of(words: Mapping[str, str], text: str) -> str:
    found = [name for name, sign in words.items() if re.search(sign, text.lower())]
    return found[0] if len(found) == 1 else ""
