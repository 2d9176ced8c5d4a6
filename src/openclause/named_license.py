"""Which license a text names, and whether the name counts, as a category.

In: `Evidence` and `Notices`. Out: the category of the named license, or None. What a name grants
is for `grants`.
"""

from __future__ import annotations

from openclause.evidence import SHOWN, Evidence, Weighed
from openclause.governing import NOTICE
from openclause.notices import Mention, Notices, named_categories, named_category
from openclause.taxonomy import mildest, strictest

# The acts of which a grant may name its license.
ACTS = ("use/permission", "modify/permission", "distribute/permission")
# Where this much was read in a long text, a license named in passing grants nothing.
_READ_THROUGH = 0.9


def named_license(evidence: Evidence, notices: Notices, own: float, linking: float) -> str | None:
    """Return the category of the named license, where the name counts.

    A short text is about what it names; in a long one, or beside a choice and grants of its own,
    a name counts where a grant names it. An exception frees those who link only from a license
    that binds them, named or not.

    Parameters
    ----------
    own
        How surely the text grants copies and changes by clauses of its own.
    linking
        How surely it frees works that are linked with it.
    """
    if "exception" in notices.signals and (
        notices.mentions or linking >= SHOWN or "free-linking" in notices.signals
    ):
        base = "strong-copyleft" if "floss-only" in notices.signals else "weak-copyleft"
        free = "choice" in notices.signals and not _listing(notices)
        return (mildest if free else strictest)(named_categories(notices.mentions) or (base,))
    if naming := _naming(evidence, notices):
        return _milder_for_others(named_category(naming, notices), notices)
    if own >= SHOWN:
        return None
    if notices.length > NOTICE and evidence.presence >= _READ_THROUGH:
        return None
    return named_category(notices.mentions, notices)


def _listing(notices: Notices) -> bool:
    """Tell an exception that lists licenses of other works: it says so, or is long for a notice."""
    return "floss-only" in notices.signals or notices.length > NOTICE


def _milder_for_others(named: str | None, notices: Notices) -> str | None:
    """Return a named category, milder where the text is a library's and frees larger works."""
    names = {mention.category for mention in notices.mentions}
    if named is None or "weak-copyleft" not in names or "larger-work" not in notices.signals:
        return named
    return mildest((named, "weak-copyleft"))


def _naming(evidence: Evidence, notices: Notices) -> tuple[Mention, ...]:
    """Return the licenses that a grant names: "licensed under X" is a grant by name."""
    if not notices.mentions:
        return ()
    granting = [
        weighed
        for weighed in evidence.of(ACTS)
        if weighed.clause.main and weighed.trust >= SHOWN and weighed.clause.holder != "licensor"
    ]
    return tuple(
        mention
        for mention in notices.mentions
        if any(_names(weighed, mention) for weighed in granting)
    )


def _names(weighed: Weighed, mention: Mention) -> bool:
    """Tell whether a clause holds a name, or says it again by its first words."""
    if weighed.clause.start <= mention.start < weighed.clause.end:
        return True
    first = mention.name.lower().split()[:2]
    return len(first) > 1 and " ".join(first) in weighed.low
