"""The command lines with which a submission says that its scripts are run: `python main.py --problem 1a` in a README, a shell
script, a Makefile or a notebook, or `hw1 run` in these if its project declares such a command; or else what a script's own parser
offers."""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from autograder.worker.binding.console_scripts import ConsoleScript, console_scripts

TEXTS: Final = frozenset({"", ".md", ".rst", ".txt", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".ipynb", ".py"})
LARGEST: Final = 400_000  # bytes of a text
MOST_TEXTS: Final = 60
MOST_LINES: Final = 30  # command lines of one script
CALL: Final = re.compile(
    r"(?:^|[\s`'\"!(])(?:python[\d.]*|py|\$[{(]?PY\w*[})]?|uv run(?: python)?)[\"']?(?:\s+-[uBOIW])*\s+"
    r"(-m\s+[\w.]+|[^\s`]+\.py\b)([^\n`]*)",
    re.IGNORECASE,
)
COMMAND: Final = (  # 'hw1 run', '$ uv run hw1 run', '@$(BIN)/hw1 run'
    r"(?:^|[`;&@]|[$>%]\s)[ \t]*(?:(?:uv|poetry|pdm|hatch|pixi) run\s+)?(?:[\w.$(){{}}/-]*/)?({names})(?=[\s`]|$)([^\n`]*)"
)
NOT_CODE: Final = frozenset({".md", ".rst", ".txt"})  # texts that have code in blocks or in backticks
CODE: Final = re.compile(r"^(```|~~~).*?^\1|^(?: {4}|\t|[$>%] ).*?$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LOOP: Final = re.compile(r"for\s+(\w+)\s+in\s+([^;\n]+?)\s*(?:;|\n)\s*do\b(.*?)\bdone\b", re.DOTALL)
ENDS: Final = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "2>", "2>&1", "<", "#", "done", "&>"})
PLACEHOLDER: Final = re.compile(
    r"[<>\[\]{}$*…]|\.\.\.|^[A-Z][A-Z_]+$"
)  # stands for something that a person would fill in
ALL: Final = frozenset({"all", "everything", "full", "run_all", "run-all"})
# words of a command line that trains nothing
IDLE: Final = frozenset({"clean", "clear", "reset", "purge", "help", "h", "version", "list"})
LAYOUTS: Final = ("src", "lib")  # folders from which packages are installed, so that they can be called from outside


@dataclass(frozen=True)
class CommandLine:
    """The arguments that a script is given, and the folder, in the submission's, from which it is called."""

    arguments: tuple[str, ...] = ()
    folder: str = ""


def command_lines(folder: Path, source: str) -> list[CommandLine]:
    """The ways in which a text in `folder` calls the script `source`, each once, in order. A shell script is read rather than a
    README, which may explain the same in other words. A call that does everything stands alone."""
    found: list[CommandLine] = []
    commands = [each for each in console_scripts(folder) if source in (each.path, _program_of(each.path))]
    texts = sorted(
        (path for path in folder.rglob("*") if _is_a_text(path)), key=lambda path: (path.suffix != ".sh", str(path))
    )
    for path in texts[:MOST_TEXTS]:
        text = path.read_text(encoding="utf-8", errors="replace")
        text = _code_of_a_notebook(text) if path.suffix == ".ipynb" else text
        text = _unrolled(text.replace("\\\n", " ").replace("&&", "\n"))
        own = [*_calls_in(text, source), *_calls_of(commands, _code_in(text, path.suffix.lower()))]
        if any(each.arguments for each in own):
            return _those_that_work(own)
        found = found or own
    return _those_that_work(found)


def _those_that_work(lines: Sequence[CommandLine]) -> list[CommandLine]:
    """Each line once, without those that only list or clean up; alone the shortest of those that do everything."""
    working = [line for line in dict.fromkeys(lines) if not {*map(_bare, line.arguments)} & IDLE]
    doing_all = [line for line in working if any(_bare(word).split("=")[-1] in ALL for word in line.arguments)]
    return [min(doing_all, key=lambda line: len(line.arguments))] if doing_all else working[:MOST_LINES]


def _bare(word: str) -> str:
    return word.lstrip("-").lower()


def _is_a_text(path: Path) -> bool:
    is_named = path.suffix.lower() in TEXTS and (path.suffix or path.name.lower() in ("makefile", "readme", "justfile"))
    return bool(is_named) and path.is_file() and path.stat().st_size <= LARGEST


def _code_of_a_notebook(text: str) -> str:
    try:
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    except (ValueError, TypeError, KeyError):
        return ""


def _code_in(text: str, suffix: str) -> str:
    """What a person would copy into a terminal."""
    return "\n".join(part[0] for part in CODE.finditer(text)) if suffix in NOT_CODE else text * (suffix != ".py")


def _unrolled(text: str) -> str:
    """A shell's `for` loops over words, written out."""

    def written_out(loop: re.Match[str]) -> str:
        name, words, body = loop.groups()
        return "\n".join(re.sub(rf"\$\{{?{name}\b\}}?", word.strip("\"'"), body) for word in words.split())

    return LOOP.sub(written_out, text)


def _calls_in(text: str, source: str) -> Iterator[CommandLine]:
    for call in CALL.finditer(text):
        folder, arguments = _called_from(call[1], source), _arguments(call[2])
        if folder is not None and arguments is not None:
            yield CommandLine(arguments, folder)


def _program_of(path: str) -> str:
    """What `python -m` runs of the package that a module is in."""
    return str(PurePosixPath(path).with_name("__main__.py"))


def _calls_of(commands: Sequence[ConsoleScript], code: str) -> Iterator[CommandLine]:
    """The calls of installed commands in code, each from its project's folder."""
    folders = {each.name: each.folder for each in commands}
    if not folders:
        return
    for call in re.finditer(COMMAND.format(names="|".join(map(re.escape, folders))), code, re.MULTILINE):
        if (arguments := _arguments(call[2])) is not None:
            yield CommandLine(arguments, folders[call[1]])


def _called_from(called: str, source: str) -> str | None:
    """The folder in which a call means this script: for `hw1/main.py`, `main.py` there, or `-m hw1.main` where `hw1` is; None if
    it means another one. A package in `src` is called from outside."""
    if called.startswith("-m"):
        name = called[2:].strip().replace(".", "/")
        path = source.removesuffix(".py").removesuffix("/__main__")
    else:
        name = called.strip("\"'`").replace("\\", "/").removeprefix("./")
        path = source
    if not f"/{path}".endswith(f"/{name}"):
        return None
    folder = path.removesuffix(name).rstrip("/")
    return outside(folder) if called.startswith("-m") else folder


def outside(folder: str) -> str:
    """The folder from which a package in `folder` is called: the one around `src`, or `folder` itself."""
    path = PurePosixPath(folder)
    return str(path.parent).removeprefix(".") if path.name in LAYOUTS else folder


def _arguments(rest: str) -> tuple[str, ...] | None:
    """The arguments in the rest of a line; None where a person would have to fill in some."""
    try:
        words = [word for word in shlex.split(rest, comments=True) if word not in ("$@", "$*")]  # a shell script's own
    except ValueError:
        return None
    words = list(itertools.takewhile(lambda word: word not in ENDS, words))
    words = [word.rstrip(";)") for word in words]
    return None if any(PLACEHOLDER.search(word) for word in words) else tuple(filter(None, words))


def offered(error: BaseException | None) -> list[tuple[str, ...]]:
    """What the parser that has refused to go on without arguments offers: its command or choice for all, or each in turn."""
    parser = _refusing(error)
    if parser is None:
        return []
    choices: list[list[tuple[str, ...]]] = []
    for action in parser._actions:
        if not action.required and not isinstance(action, argparse._SubParsersAction):
            continue
        names = [str(each) for each in action.choices or () if str(each).lower() not in IDLE]
        if not names:
            return []
        for_all = [name for name in names if name.lower() in ALL][:1]
        flag = action.option_strings[-1:]
        choices.append([(*flag, name, *_flag_for_all(action, name)) for name in for_all or names])
    lines = [tuple(itertools.chain(*each)) for each in itertools.product(*choices)] if choices else []
    return lines[:MOST_LINES]


def _flag_for_all(action: argparse.Action, name: str) -> list[str]:
    """The option of a command that means everything: `--all` of `run --all`."""
    command = action.choices[name] if isinstance(action, argparse._SubParsersAction) else None
    flags = [flag for each in command._actions for flag in each.option_strings] if command is not None else []
    return [flag for flag in flags if _bare(flag) in ALL][:1]


def _refusing(error: BaseException | None) -> argparse.ArgumentParser | None:
    """The innermost parser among the frames that an error came through."""
    found: argparse.ArgumentParser | None = None
    trace = error.__traceback__ if error is not None else None
    while trace is not None:
        owner = trace.tb_frame.f_locals.get("self")
        found = owner if isinstance(owner, argparse.ArgumentParser) else found
        trace = trace.tb_next
    return found
