"""openclause reads a licence: its restricting clauses, quoted, and how open the whole is."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "analysis",
    "analyze": "analysis",
    "analyze_many": "analysis",
    "Clause": "clauses",
    "compare": "comparing",
    "Comparison": "comparison",
    "Document": "documents",
    "load": "pipeline",
    "Openness": "openness",
    "scan": "scanning",
    "Record": "scanning",
}
__all__ = [
    "Analysis",
    "Clause",
    "Comparison",
    "Document",
    "Openness",
    "Record",
    "__version__",
    "analyze",
    "analyze_many",
    "compare",
    "load",
    "scan",
]


def __getattr__(name: str) -> Any:
    """Resolve a public name on first use, so that importing the package stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
