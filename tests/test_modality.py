import pytest

from openclause.clauses import reader


def governed(text: str, act: str) -> str:
    """Return the modality of the first unit that says `act`, at that word."""
    reading = reader().take_apart(text, ())
    words = reading.outline.words
    at = words.index(act)
    unit = next(n for n, u in enumerate(reading.outline.units) if u.first <= at < u.last)
    return reading.scopes.governs(unit, at, at + 1)[0]


@pytest.mark.parametrize(
    ("text", "act", "modality"),
    [
        ("You may copy it.", "copy", "permission"),
        ("You may not copy it.", "copy", "prohibition"),
        ("You must copy it.", "copy", "obligation"),
        ("You are not permitted to copy it.", "copy", "prohibition"),
        ("You agree not to copy it.", "copy", "prohibition"),
        ("You shall neither sell nor copy it.", "copy", "prohibition"),
        ("Copying is strictly prohibited.", "copying", "prohibition"),
        ("Copying in any medium is permitted.", "copying", "permission"),
        ("We grant you a right to copy it.", "copy", "permission"),
        ("No license is granted to copy it.", "copy", "prohibition"),
        ("Permission to copy it is not granted.", "copy", "prohibition"),
        ("The right to copy it is withheld.", "copy", "prohibition"),
        ("Permission to copy it is granted; selling is not permitted.", "copy", "permission"),
        ("You do not need our permission to copy it.", "copy", "permission"),
        ("If you copy it, you must name us.", "copy", "mask"),
        ("If you copy it, you must name us.", "name", "obligation"),
        ("You may sell copies which contain it, and copy it.", "copy", "permission"),
        ("You may sell it, provided that you keep notices.", "keep", "obligation"),
        ("You may sell it but must not copy it.", "copy", "prohibition"),
        ("You may sell it unless you copy it.", "copy", "mask"),
        ("You may not sell (except if we agree) or copy it.", "copy", "prohibition"),
        ("You may sell it (provided that you pay) and copy it.", "copy", "permission"),
        ("You must, to the extent practicable, copy it.", "copy", "obligation"),
        ("The copy is good.", "copy", "none"),
        ("You may not:\n\n(a) sell it;\n(b) copy it.", "copy", "prohibition"),
        ("You must:\n\n1. pay, and\n\n   - copy it.", "copy", "obligation"),
        ("Restrictions\n\n- copy it", "copy", "prohibition"),
        ("You may sell it.\n\n(a) copy of it", "copy", "none"),
    ],
)
def test_the_cue_that_governs(text: str, act: str, modality: str) -> None:
    assert governed(text, act) == modality


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("You may terminate this agreement.", "recipient"),
        ("Licensor may terminate this agreement.", "licensor"),
        ("We may terminate this agreement.", "licensor"),
        ("Whoever pays money to the licensor may terminate this agreement.", "recipient"),
    ],
)
def test_whose_act_it_is(text: str, holder: str) -> None:
    reading = reader().take_apart(text, ())
    at = reading.outline.words.index("terminate")
    _, cue = reading.scopes.governs(0, at, at + 1)
    assert reading.scopes.holder(0, cue) == holder


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("You may not (unless (if we agree) you pay) copy it.", "prohibition"),
        ("You may (if you must not pay) or (unless we agree) copy it.", "permission"),
        ("Unless you pay (you may not), copy it.", "mask"),
        ("You may not sell what contains it, what contains it, or copy it.", "prohibition"),
    ],
)
def test_what_parentheses_and_commas_end_governs_no_longer(text: str, modality: str) -> None:
    assert governed(text, "copy") == modality
