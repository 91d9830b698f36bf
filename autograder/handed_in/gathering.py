"""All documents of a submission, read into passages. An unreadable document is reported and affects no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from autograder import limited
from autograder.handed_in import reading
from autograder.handed_in.passages import Passage
from autograder.handed_in.pdf import Pdf, read_pdf
from autograder.results import Document, DocumentKind
from autograder.submission import Submission

TEXTS: Final = (".md", ".markdown", ".txt", ".rst")
PICTURES: Final = (".png", ".jpg", ".jpeg")
DOCUMENTS: Final = (".docx", ".odt", ".tex", ".html", ".htm")
UNREAD: Final = (".doc", ".rtf", ".pages", ".pptx", ".ppt", ".odp", ".key", ".epub", ".heic", ".djvu", ".ps")
MOST_FILES: Final = 40  # of each kind
MOST_PDFS: Final = 10
SECONDS: Final = 120.0  # for all documents of a submission
ONE_AT_A_TIME: Final = 40.0  # seconds for what one process reads
PDF_SECONDS: Final = 30.0
MEMORY: Final = 1_500_000_000
ROOM: Final = 100_000_000  # bytes of all that is read
NOUNS: Final = {
    "picture": "picture",
    "table": "table",
    "error": "error",
    "printed": "printed output",
    "text": "paragraph",
}
Asked = tuple[DocumentKind, str]  # kind and name of a document


@dataclass(frozen=True)
class Gathered:
    """The contents of a submission's documents, in reading order, and how each of them could be read."""

    passages: tuple[Passage, ...] = ()
    documents: tuple[Document, ...] = ()
    pdfs: Mapping[str, Pdf] = field(default_factory=dict)


def gather(submission: Submission) -> Gathered:
    """Read a collected submission's notebooks, scripts, texts, PDF files and pictures. Runs nothing of it.

    At most 40 of each kind and 10 PDF files are read, within two minutes in all; the others are reported. Raises
    limited.ReaderFailed if this machine can't read any.
    """
    patience = limited.Patience(SECONDS)
    asked, more = _asked(submission)
    read = _read(submission.folder, [each for each in asked if each[0] != "PDF"], patience)
    pdfs = read_pdfs(submission, patience)
    read |= {("PDF", name): (list(pdf.passages), _told(pdf)) for name, pdf in pdfs.items()}
    documents = [_document(kind, name, *read[kind, name]) for kind, name in asked] + more
    for name in submission.files:
        if PurePosixPath(name).suffix.casefold() in UNREAD:
            problem = "files of this kind are not read; export it as PDF"
            documents.append(Document(file=name, kind="other", problem=problem))
    passages = [passage for each in asked for passage in read[each][0]]
    return Gathered(tuple(passages), tuple(documents[: 2 * MOST_FILES]), pdfs)


def read_pdfs(submission: Submission, patience: limited.Patience | None = None) -> dict[str, Pdf]:
    """The first ten PDF files, by name, each read in a process of its own as long as there is time. Raises
    limited.ReaderFailed if this machine can't read any."""
    patience = patience or limited.Patience(SECONDS)
    read = {}
    for name in submission.reports[:MOST_PDFS]:
        seconds = patience.left(PDF_SECONDS)
        read[name] = read_pdf(submission.folder / name, name, seconds=seconds) if seconds else Pdf(problem=_no_time())
    return read


def _asked(submission: Submission) -> tuple[list[Asked], list[Document]]:
    """The documents to read, in reading order, and a remark for each kind with too many."""

    def named(*suffixes: str) -> list[str]:
        return [name for name in submission.files if PurePosixPath(name).suffix.casefold() in suffixes]

    notebooks = [name for name in submission.sources if name.casefold().endswith(".ipynb")]
    scripts = [name for name in submission.sources if name not in notebooks]
    texts = [name for name in named(*TEXTS) if name != submission.requirements]
    by_kind: list[tuple[DocumentKind, Sequence[str]]] = [
        ("notebook", notebooks),
        ("PDF", submission.reports),
        ("document", named(*DOCUMENTS)),
        ("text", texts),
        ("script", scripts),
        ("picture", named(*PICTURES)),
    ]
    asked: list[Asked] = []
    more: list[Document] = []
    for kind, names in by_kind:
        most = MOST_PDFS if kind == "PDF" else MOST_FILES
        asked += [(kind, name) for name in names[:most]]
        if len(names) > most:
            more.append(
                Document(file=names[most], kind=kind, problem=f"{len(names) - most} more of this kind were not read")
            )
    return asked, more


Read = dict[Asked, tuple[list[Passage], str]]  # the passages, and why some are missing


def _read(folder: Path, asked: Sequence[Asked], patience: limited.Patience) -> Read:
    """Read documents, in one process as long as none of them ends it."""
    waiting, read, room = list(asked), dict[Asked, tuple[list[Passage], str]](), ROOM
    while waiting and (seconds := patience.left(ONE_AT_A_TIME)) and room > 0:
        bounds = limited.Bounds(seconds, MEMORY, room)
        heard = limited.read_apart(reading.read, {"folder": str(folder), "documents": waiting}, bounds)
        passages: list[Passage] = []
        for record in heard.records:
            if isinstance(record, str):
                read[waiting.pop(0)] = passages, record
                passages = []
            else:
                passages.append(reading.as_passage(record, waiting[0][1]))
        if heard.problem and waiting:  # this one has ended the process: the others are read without it
            could = "it was read in part" if passages else "it could not be read"
            read[waiting.pop(0)] = passages, f"{could}: {heard.problem}"
        room -= heard.size
    return read | {each: ([], _no_time()) for each in waiting}


def _told(pdf: Pdf) -> str:
    """What a person should know about how a PDF was read; empty for nothing."""
    if not pdf.pages:
        return pdf.problem if pdf.problem == _no_time() else f"it could not be read: {pdf.problem}"
    scanned = "it holds next to no text, as a scan does" if pdf.scanned else ""
    if scanned and pdf.figures:
        scanned += "; what is written in its pictures can't be read here"
    return "; ".join(filter(None, (pdf.problem, scanned)))


def _no_time() -> str:
    return (
        f"it was not read: the documents before it took the {SECONDS:g} seconds, or the room, that all of them may take"
    )


def _document(kind: DocumentKind, name: str, passages: Sequence[Passage], problem: str) -> Document:
    return Document(file=name, kind=kind, found=_counted(passages), problem=problem[:300])


def _counted(passages: Iterable[Passage]) -> str:
    """'12 paragraphs, 5 pictures, 1 table'."""
    counts = Counter[str](passage.kind for passage in passages)
    return ", ".join(
        f"{counts[kind]} {noun}{'s' if counts[kind] != 1 else ''}" for kind, noun in NOUNS.items() if counts[kind]
    )
