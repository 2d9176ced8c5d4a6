"""What a notebook shows of an answer: a short piece of HTML that runs nothing.

In: the category's name, the decision and the clauses; or a verdict of two licenses and sentences
about them. Out: the HTML; words of documents are escaped, and formulas in them are left alone by
what typesets formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openclause.clauses import Clause
from openclause.messages import message
from openclause.openness import Openness
from openclause.untrusted import visible

# So many rows of clauses, and so many characters of each.
_ROWS, _QUOTE = 30, 240


def shown(name: str, openness: Openness, clauses: Sequence[Clause]) -> str:
    """Return the category, its reasons and the restricting clauses."""
    reasons = _items(reason.text for reason in openness.reasons)
    review = f", {message('category.needs-review')}" if openness.needs_review else ""
    return _framed(
        f"<strong>{_html(name)}</strong> "
        f"({_html(openness.category)}, {openness.confidence:.0%}{review})"
        f"<ol>{reasons}</ol><table><thead><tr><th>line</th><th></th><th>term</th><th>clause</th>"
        f"</tr></thead><tbody>{_rows([each for each in clauses if each.restricts])}</tbody></table>"
    )


def compared(verdict: str, reasons: Iterable[str], differences: Iterable[str]) -> str:
    """Return the verdict of two licenses, its reasons, and on what the licenses do not agree."""
    return _framed(
        f"<strong>{_html(verdict)}</strong><ol>{_items(reasons)}</ol><ul>{_items(differences)}</ul>"
    )


def _framed(said: str) -> str:
    return (
        f'<div class="openclause tex2jax_ignore mathjax_ignore">{said}'
        f"<small>{_html(message('about.advice'))}</small></div>"
    )


def _items(said: Iterable[str]) -> str:
    return "".join(f"<li>{_html(each)}</li>" for each in said)


def _rows(restricting: Sequence[Clause]) -> str:
    rows = "".join(map(_row, restricting[:_ROWS]))
    more = len(restricting) - _ROWS
    return rows + (f'<tr><td colspan="4">… +{more}</td></tr>' if more > 0 else "")


def _row(clause: Clause) -> str:
    words = " ".join(clause.text.split())
    quote = words if len(words) <= _QUOTE else f"{words[:_QUOTE]}…"
    said = (message(f"modality.{clause.modality}"), clause.term, quote)
    cells = "".join(f"<td>{_html(cell)}</td>" for cell in said)
    return f"<tr><td>{clause.line}</td>{cells}</tr>"


def _html(text: str) -> str:
    from html import escape  # brings all names of characters, which few processes need

    return escape(visible(text))
