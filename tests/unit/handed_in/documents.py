"""Pieces of documents as students write them."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat.v4 as v4
import pypdfium2 as pdfium

# A blank page under the password 'secret': no library that the project uses can lock a file.
LOCKED_PDF = base64.b64decode("""
JVBERi0xLjMKJeLjz9MKMSAwIG9iago8PAovUHJvZHVjZXIgPGQxYTdlNGY1ZGI+Cj4+CmVuZG9iagoyIDAgb2JqCjw8Ci9UeXBlIC9QYWdlcw
ovQ291bnQgMQovS2lkcyBbIDQgMCBSIF0KPj4KZW5kb2JqCjMgMCBvYmoKPDwKL1R5cGUgL0NhdGFsb2cKL1BhZ2VzIDIgMCBSCj4+CmVuZG9i
ago0IDAgb2JqCjw8Ci9UeXBlIC9QYWdlCi9SZXNvdXJjZXMgPDwKPj4KL01lZGlhQm94IFsgMC4wIDAuMCAxMDAgMTAwIF0KL1BhcmVudCAyID
AgUgo+PgplbmRvYmoKNSAwIG9iago8PAovViAyCi9SIDMKL0xlbmd0aCAxMjgKL1AgNDI5NDk2NzI5MgovRmlsdGVyIC9TdGFuZGFyZAovTyA8
MGU1MjI5MjVhM2U0ZTg3NGMzY2ZhY2JlZjUxMWE3M2FjNGVjMmJkODY1ZGNkM2Q0NjI3NjE0OTE3YWJmZDdlND4KL1UgPDZlZDIzNGYzMTE1MD
Q4ZTQ1ODMxOGNkMTc2MjUzNmJmMjhiZjRlNWU0ZTc1OGE0MTY0MDA0ZTU2ZmZmYTAxMDg+Cj4+CmVuZG9iagp4cmVmCjAgNgowMDAwMDAwMDAw
IDY1NTM1IGYgCjAwMDAwMDAwMTUgMDAwMDAgbiAKMDAwMDAwMDA1OSAwMDAwMCBuIAowMDAwMDAwMTE4IDAwMDAwIG4gCjAwMDAwMDAxNjcgMD
AwMDAgbiAKMDAwMDAwMDI2MSAwMDAwMCBuIAp0cmFpbGVyCjw8Ci9TaXplIDYKL1Jvb3QgMyAwIFIKL0luZm8gMSAwIFIKL0lEIFsgPGFhYWIz
ZDUxZDYzMDg4MWQxZGZkYzhiNTEyNDg4NjBlPiA8YWFhYjNkNTFkNjMwODgxZDFkZmRjOGI1MTI0ODg2MGU+IF0KL0VuY3J5cHQgNSAwIFIKPj
4Kc3RhcnR4cmVmCjQ3NgolJUVPRgo=
""")


def a_plot(title: str = "Training loss", size: float = 4.0) -> bytes:
    """A PNG file with a line in it."""
    figure, axes = plt.subplots(figsize=(size, size))
    axes.plot([3, 2, 1])
    axes.set_title(title)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return buffer.getvalue()


def pages_of(path: Path, times: int = 1) -> bytes:
    """A PDF with the first page of another so many times; a blank page for 0."""
    document = pdfium.PdfDocument.new()
    if not times:
        document.new_page(500, 500)
    for _ in range(times):
        document.import_pages(pdfium.PdfDocument(path), [0])
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def markdown(text: str) -> Any:
    return v4.new_markdown_cell(text)


def code(source: str, *outputs: Any) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs))


def printed(text: str, name: str = "stdout") -> Any:
    return v4.new_output("stream", name=name, text=text)


def shown(**data: Any) -> Any:
    """A displayed output; `image_png` and the like name its kinds."""
    return v4.new_output("display_data", data={kind.replace("_", "/", 1): value for kind, value in data.items()})


def plotted(picture: bytes | None = None) -> Any:
    return shown(image_png=base64.b64encode(picture or a_plot()).decode(), text_plain="<Figure size 640x480>")


def failed(name: str = "NameError", value: str = "name 'x' is not defined") -> Any:
    return v4.new_output("error", ename=name, evalue=value, traceback=["\x1b[0;31mNameError\x1b[0m"])
