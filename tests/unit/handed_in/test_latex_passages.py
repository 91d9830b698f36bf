r"""LaTeX sources into passages."""

from __future__ import annotations

from autograder.handed_in.latex import read_latex

SOURCE = r"""\documentclass{article}
\newcommand{\acc}{accuracy}
\begin{document}
\section{Optimizers \& more}\label{sec:opt}
SGD was slow (93.4\,\%), % not my fault
while \textbf{Adam} reached $10^{-3}$ in \emph{few} epochs~\cite{adam}.

\begin{equation} \theta = \theta - \eta g \end{equation}
\begin{tabular}{lr}
\hline
name & acc \\ \hline
Adam & 97.6 \\
SGD & 93.4 \\
\end{tabular}
\begin{lstlisting}[language=Python]
x = 1  % 2
\end{lstlisting}
\textbf{Analysis.} Adam won.
\begin{itemize}\item One. \item Two.\end{itemize}
\end{document}
"""


def read(text: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in read_latex(text, "report.tex")]


def test_headings_prose_tables_and_listings_come_in_order_without_commands():
    assert read(SOURCE) == [
        ("heading", "Optimizers & more"),
        ("text", "SGD was slow (93.4%), while Adam reached 10^-3 in few epochs ."),
        ("table", "name | acc\nAdam | 97.6\nSGD | 93.4"),
        ("code", "x = 1  % 2"),
        ("heading", "Analysis"),
        ("text", "Adam won."),
        ("text", "One."),
        ("text", "Two."),
    ]


def test_places_are_the_lines_of_the_file():
    found = {each.text[:4]: each.where for each in read_latex(SOURCE, "report.tex")}
    assert (found["Opti"], found["SGD "], found["name"], found["Adam"]) == ("line 4", "line 5", "line 9", "line 18")


def test_a_piece_without_a_preamble_is_read():
    assert read("\\subsection*{What I saw}\nAdam won.") == [("heading", "What I saw"), ("text", "Adam won.")]


def test_braces_that_never_close_cost_only_their_command():
    assert ("text", "Adam won.") in read("\\section{Never closed\n\nAdam won.")


def test_what_is_proved_or_defined_is_left_out_and_captions_are_numbered():
    source = r"""\begin{document}
\begin{lemma} The slope is at most 1/4. \end{lemma}
\begin{proof} It is a parabola. \end{proof}
ReLU was best.
\begin{figure}\caption{Training loss.}\end{figure}
\begin{table}\caption{Seconds.}\end{table}
\begin{figure}\caption{Test accuracy.}\end{figure}
\end{document}"""
    assert read(source) == [
        ("text", "ReLU was best."),
        ("text", "Figure 1: Training loss."),
        ("text", "Table 1: Seconds."),
        ("text", "Figure 2: Test accuracy."),
    ]


def test_an_abstract_and_the_sources_have_the_titles_that_latex_sets():
    source = "\\begin{abstract}\nAdam won.\n\\end{abstract}\n\\section{Results}\nIt did.\n\\begin{thebibliography}{9} A. Author."
    assert read(source)[:2] == [("heading", "Abstract"), ("text", "Adam won.")]
    assert ("heading", "References") in read(source)
