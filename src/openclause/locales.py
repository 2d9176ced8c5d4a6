"""Which language the reader wants, and what a file's name is whatever the locale.

In: the arguments of a command line and the environment; a path. Out: a language; a name. Imports
nothing heavy, since every start of the program asks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
OPTION, VARIABLE = "--lang", "OPENCLAUSE_LANG"
# As POSIX ranks them; the first that is set decides, even for a language that is not spoken here.
_VARIABLES = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")


def reader_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of `--lang`, else that of the environment, else English.

    Parameters
    ----------
    arguments
        A command line without the program's name; a wrong `--lang` is for its parser to refuse.
    environment
        `OPENCLAUSE_LANG` comes before `LC_ALL`, `LC_MESSAGES` and `LANG`; each holds a language or
        a locale such as `ko_KR.UTF-8`. Empty ones do not count.
    """
    asked = asked_language(arguments)
    if asked is not None:
        return asked
    return _spoken(next((found for name in _VARIABLES if (found := environment.get(name))), "en"))


def unicode_name(path: str | os.PathLike[str]) -> str:
    """Return a path as UTF-8 reads its bytes, if it can: a locale may read them otherwise."""
    name = os.fspath(path)
    try:
        return name if name.isascii() else os.fsencode(name).decode("utf-8")
    except UnicodeError:
        return name


def visible_bytes(path: str | os.PathLike[str]) -> str:
    r"""Return a path with its bytes that are no UTF-8 as `\xNN`."""
    return unicode_name(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def asked_language(arguments: Sequence[str]) -> Language | None:
    """Return the language of `--lang`; None where there is none, or one not spoken here."""
    asked = _asked(arguments)
    return _spoken(asked) if asked in LANGUAGES else None


def _asked(arguments: Sequence[str]) -> str:
    """Return the last value of the option; what stands behind `--` is no option."""
    own = list(arguments)
    own = own[: own.index("--")] if "--" in own else own
    asked = ""
    for at, argument in enumerate(own):
        if argument == OPTION:
            asked = next(iter(own[at + 1 :]), "")
        elif argument.startswith(f"{OPTION}="):
            asked = argument.removeprefix(f"{OPTION}=")
    return asked


def _spoken(locale: str) -> Language:
    name = locale.replace("-", "_").partition("_")[0].partition(".")[0].casefold()
    return "ko" if name == "ko" else "en"
