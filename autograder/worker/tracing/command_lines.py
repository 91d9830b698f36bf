"""The command lines with which a submission says that its scripts are run: `python main.py --problem 1a` in a README, a shell
script, a Makefile or a notebook; or else what a script's own parser offers."""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TEXTS: Final = frozenset({"", ".md", ".rst", ".txt", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".ipynb", ".py"})
LARGEST: Final = 400_000  # bytes of a text
MOST_TEXTS: Final = 60
MOST_LINES: Final = 30  # command lines of one script
CALL: Final = re.compile(
    r"(?:^|[\s`'\"!(])(?:python[\d.]*|py|\$\{?PY\w*\}?|uv run(?: python)?)[\"']?(?:\s+-[uBOIW])*\s+"
    r"(-m\s+[\w.]+|[^\s`]+\.py\b)([^\n`]*)",
    re.IGNORECASE,
)
LOOP: Final = re.compile(r"for\s+(\w+)\s+in\s+([^;\n]+?)\s*(?:;|\n)\s*do\b(.*?)\bdone\b", re.DOTALL)
ENDS: Final = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "2>", "2>&1", "<", "#", "done", "&>"})
PLACEHOLDER: Final = re.compile(
    r"[<>\[\]{}$*…]|\.\.\.|^[A-Z][A-Z_]+$"
)  # stands for something that a person would fill in
ALL: Final = ("all", "everything", "full", "run_all", "run-all")


def command_lines(folder: Path, source: str) -> list[list[str]]:
    """The arguments with which a text in `folder` calls the script `source`, each once, in order. A shell script is read rather
    than a README, which may explain the same in other words."""
    found: list[list[str]] = []
    texts = sorted(
        (path for path in folder.rglob("*") if _is_a_text(path)), key=lambda path: (path.suffix != ".sh", str(path))
    )
    for path in texts[:MOST_TEXTS]:
        text = path.read_text(encoding="utf-8", errors="replace")
        text = _code_of_a_notebook(text) if path.suffix == ".ipynb" else text
        own = [each for each in _calls_in(_unrolled(text.replace("\\\n", " ").replace("&&", "\n")), source) if each]
        if own and not found:
            found = [list(each) for each in dict.fromkeys(map(tuple, own))]
    return found[:MOST_LINES]


def _is_a_text(path: Path) -> bool:
    is_named = path.suffix.lower() in TEXTS and (path.suffix or path.name.lower() in ("makefile", "readme", "justfile"))
    return bool(is_named) and path.is_file() and path.stat().st_size <= LARGEST


def _code_of_a_notebook(text: str) -> str:
    try:
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    except (ValueError, TypeError, KeyError):
        return ""


def _unrolled(text: str) -> str:
    """A shell's `for` loops over words, written out."""

    def written_out(loop: re.Match[str]) -> str:
        name, words, body = loop.groups()
        return "\n".join(re.sub(rf"\$\{{?{name}\b\}}?", word.strip("\"'"), body) for word in words.split())

    return LOOP.sub(written_out, text)


def _calls_in(text: str, source: str) -> Iterator[tuple[str, ...]]:
    for call in CALL.finditer(text):
        if _is_of(call[1], source):
            arguments = _arguments(call[2])
            if arguments is not None:
                yield arguments


def _is_of(called: str, source: str) -> bool:
    """Whether a call is one of this script: `hw1/main.py`, `main.py` in its folder, or `-m hw1.main`."""
    if called.startswith("-m"):
        return source.removesuffix(".py").replace("/", ".").endswith(called[2:].strip())
    return f"/{source}".endswith("/" + called.strip("\"'`").replace("\\", "/").removeprefix("./"))


def _arguments(rest: str) -> tuple[str, ...] | None:
    """The arguments in the rest of a line; None where a person would have to fill in some."""
    try:
        words = [word for word in shlex.split(rest, comments=True) if word not in ("$@", "$*")]  # a shell script's own
    except ValueError:
        return None
    words = list(itertools.takewhile(lambda word: word not in ENDS, words))
    words = [word.rstrip(";)") for word in words]
    return None if any(PLACEHOLDER.search(word) for word in words) else tuple(filter(None, words))


def offered(error: BaseException | None) -> list[list[str]]:
    """What the parser that has refused to go on without arguments offers: its command or choice for all, or each in turn."""
    parser = _refusing(error)
    if parser is None:
        return []
    choices: list[list[list[str]]] = []
    for action in parser._actions:
        if not action.required and not isinstance(action, argparse._SubParsersAction):
            continue
        names = [str(each) for each in action.choices or ()]
        if not names:
            return []
        names = (
            [next((name for name in names if name.lower() in ALL), "")] if {*map(str.lower, names)} & {*ALL} else names
        )
        flag = action.option_strings[-1:]
        choices.append([[*flag, name] for name in names])
    return [list(itertools.chain(*each)) for each in itertools.product(*choices)][:MOST_LINES] if choices else []


def _refusing(error: BaseException | None) -> argparse.ArgumentParser | None:
    """The innermost parser among the frames that an error came through."""
    found: argparse.ArgumentParser | None = None
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        found = owner if isinstance(owner, argparse.ArgumentParser) else found
        trace = trace.tb_next
    return found
