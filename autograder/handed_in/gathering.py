"""All documents of a submission, read into passages. What can't be read is told, and costs itself alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from autograder.handed_in.markdown import read_markdown
from autograder.handed_in.notebooks import read_notebook
from autograder.handed_in.passages import Passage
from autograder.handed_in.pdf import UnreadablePdf, read_pdf
from autograder.handed_in.scripts import read_code
from autograder.results import Document, DocumentKind
from autograder.submission import Submission

TEXTS: Final = (".md", ".markdown", ".txt", ".rst")
PICTURES: Final = (".png", ".jpg", ".jpeg")
UNREAD: Final = (".docx", ".doc", ".odt", ".rtf", ".pages", ".html", ".htm", ".tex", ".pptx")
MOST_FILES: Final = 40  # of each kind
LARGEST_TEXT: Final = 2_000_000  # bytes
LARGEST_PICTURE: Final = 10_000_000
MOST_PASSAGES: Final = 20_000  # of one document
NOUNS: Final = {
    "picture": "picture",
    "table": "table",
    "error": "error",
    "printed": "printed output",
    "text": "paragraph",
}


@dataclass(frozen=True)
class Gathered:
    """What the documents of a submission hold, in reading order, and how each of them could be read."""

    passages: tuple[Passage, ...] = ()
    documents: tuple[Document, ...] = ()


def gather(submission: Submission) -> Gathered:
    """Read a collected submission's notebooks, scripts, texts, PDF files and pictures. Raises nothing; runs nothing."""
    passages: list[Passage] = []
    documents: list[Document] = []
    for kind, names, read in _readers(submission):
        for name in names[:MOST_FILES]:
            found, document = _read(kind, submission.folder / name, name, read)
            passages += found
            documents.append(document)
        if len(names) > MOST_FILES:
            problem = f"{len(names) - MOST_FILES} more of this kind were not read"
            documents.append(Document(file=names[MOST_FILES], kind=kind, problem=problem))
    for name in submission.files:
        if PurePosixPath(name).suffix.casefold() in UNREAD:
            problem = "files of this kind are not read; notebooks, Markdown, plain text and PDF are"
            documents.append(Document(file=name, kind="other", problem=problem))
    return Gathered(tuple(passages), tuple(documents[: 2 * MOST_FILES]))


Reader = Callable[[Path, str], tuple[Iterable[Passage], str]]  # the passages, and why some are missing


def _readers(submission: Submission) -> list[tuple[DocumentKind, list[str], Reader]]:
    def named(*suffixes: str) -> list[str]:
        return [name for name in submission.files if PurePosixPath(name).suffix.casefold() in suffixes]

    notebooks = [name for name in submission.sources if name.casefold().endswith(".ipynb")]
    scripts = [name for name in submission.sources if name not in notebooks]
    texts = [name for name in named(*TEXTS) if name != submission.requirements]
    return [
        ("notebook", notebooks, lambda path, name: (read_notebook(path, name), "")),
        ("PDF", list(submission.reports), _read_pdf),
        ("text", texts, _read_text),
        ("script", scripts, lambda path, name: (read_code(_text_of(path), name), "")),
        ("picture", named(*PICTURES), _read_picture),
    ]


def _read(kind: DocumentKind, path: Path, name: str, read: Reader) -> tuple[list[Passage], Document]:
    passages: list[Passage] = []
    try:
        found, problem = read(path, name)
        for passage in found:
            passages.append(passage)
            if len(passages) >= MOST_PASSAGES:
                problem = f"only its first {MOST_PASSAGES} passages were read"
                break
    except (UnreadablePdf, OSError, ValueError) as error:
        problem = f"it could not be read: {error}"
    except Exception as error:  # whatever a stranger's file makes a reader do costs that file
        problem = f"it could not be read: {type(error).__name__}: {error}"
    return passages, Document(file=name, kind=kind, found=_counted(passages), problem=problem[:300])


def _counted(passages: Iterable[Passage]) -> str:
    """'12 paragraphs, 5 pictures, 1 table'."""
    counts = Counter(passage.kind for passage in passages)
    return ", ".join(
        f"{counts[kind]} {noun}{'s' if counts[kind] != 1 else ''}"  # type: ignore[index]
        for kind, noun in NOUNS.items()
        if counts[kind]  # type: ignore[index]
    )


def _read_pdf(path: Path, name: str) -> tuple[Iterable[Passage], str]:
    pdf = read_pdf(path, name)
    words = sum(len(passage.text.split()) for passage in pdf.passages)
    scanned = "" if words > 5 * pdf.pages or not pdf.pages else "it holds next to no text, as a scan does"
    return pdf.passages, "; ".join(filter(None, (pdf.problem, scanned)))


def _read_text(path: Path, name: str) -> tuple[Iterable[Passage], str]:
    return read_markdown(_text_of(path), name), ""


def _text_of(path: Path) -> str:
    data = path.read_bytes()[:LARGEST_TEXT]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _read_picture(path: Path, name: str) -> tuple[Iterable[Passage], str]:
    if path.stat().st_size > LARGEST_PICTURE:
        return (), f"it is larger than {LARGEST_PICTURE // 1_000_000} MB"
    words = re.sub(r"[_\-/.]+", " ", PurePosixPath(name).stem)
    return (Passage("picture", name, "", words, picture=path.read_bytes()),), ""
