"""The language a text is written in.

In: text. Out: an ISO 639-1 code, `und` when unsure. The script tells most languages, stop words
those in Latin letters; more than a guide for the reader of a report it is not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

SAMPLE = 10_000
MIN_FOREIGN = 0.3  # a name or a quotation in another script stays below
MIN_KANA = 0.05
MIN_HITS = 3
MIN_SHARE = 0.1
MARGIN = 1.25

_SCRIPTS = {  # compiled when first used
    "ko": "[\uac00-\ud7a3\u3131-\u318e]",
    "ja": "[\u3041-\u30fa\u30fc]",
    "zh": "[\u3400-\u9fff]",
    "ru": "[\u0400-\u04ff]",
    "el": "[\u0370-\u03ff]",
    "ar": "[\u0620-\u06ff]",
    "he": "[\u05d0-\u05ea]",
    "hi": "[\u0900-\u097f]",
    "th": "[\u0e01-\u0e4f]",
}
_DENSE = frozenset(("ko", "ja", "zh"))  # one character says about what three letters do
_DENSITY = 3
_LETTERS = r"[A-Za-zÀ-ÖØ-öø-ÿ]+"
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_WORDS = {
    "en": "the of and to in or any is this that you shall by for be with as may not",
    "fr": "le les des du et un une est pour dans que par sur au aux ou cette qui la en l d",
    "de": "der die das und den des dem ist von zu mit für nicht oder auf ein eine im werden sie",
    "es": "el los las del y una para con se por que no este esta cualquier o la al su en",
    "pt": "a os as do da dos das e em para não uma ou com por que ao este esta o um é são mas sem",
    "it": "il di che della del per non gli nel una dei delle con è sono alla o si i questo",
    "nl": "het een van op te voor dat niet of met zijn door deze wordt is aan de en als u",
    "sv": "och att det som en på är för av med inte den till ett om har de eller får detta",
    "da": "og at det som en på er for af ikke den til et om har eller må efter hvis uden skal",
    "no": "og å det som en på er for av ikke den til et om har eller må etter dersom uten skal",
    "fi": "ja on ei se että tai ovat kun joka voi tämä mukaan sen ole käyttää oikeus saa jos",
    "pl": "i w na z do nie jest się że o lub oraz przez dla od po jak to są licencji może tego",
    "cs": "v na se je že s do o pro nebo není jsou při jako ze které podle být tato může lze",
    "hu": "a az és hogy nem is egy vagy ha meg de van nem ez csak által szerint kell azt",
    "ro": "și în de la nu este cu pe care pentru sau din se al prin ca acest sunt poate",
    "tr": "ve bir bu için ile olan veya olarak da de bu her tüm kadar değil olduğu ancak",
    "id": "dan yang di untuk dengan dari tidak ini atau dalam pada adalah oleh dapat anda akan",
    "vi": "và của là không được cho các trong có một này hoặc với người bạn khi những theo",
    "ca": "el els les de que i en un una per amb no és aquest aquesta del o sense pot",
}
_LANGUAGES_OF: dict[str, list[str]] = defaultdict(list)
for _code, _words in _WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word].append(_code)


def language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, or `und`."""
    sample = text[:SAMPLE]
    if not sample.isascii() and (code := _by_script(sample)):
        return code
    return _by_words(sample)


def _by_script(sample: str) -> str:
    plain = sample.encode("ascii", "ignore")
    other = _DENSITY * (len(sample) - len(plain))
    if other <= MIN_FOREIGN * len(plain.translate(None, _NO_LETTERS)):
        return ""  # whatever the few other characters are
    latin = sum(map(len, re.findall(_LETTERS, sample)))
    if other <= MIN_FOREIGN * latin:
        return ""
    counts = {code: len(re.findall(script, sample)) for code, script in _SCRIPTS.items()}
    if counts["ja"] >= MIN_KANA * (counts["ja"] + counts["zh"]):
        counts["ja"] += counts.pop("zh")
    sizes = {code: size * (_DENSITY if code in _DENSE else 1) for code, size in counts.items()}
    code = max(sizes, key=lambda code: sizes[code])
    total = latin + sum(sizes.values())
    return code if sizes[code] > MIN_FOREIGN * total else ""


def _by_words(sample: str) -> str:
    words = sample.lower().replace("'", " ").replace("’", " ").split()
    hits = dict.fromkeys(_WORDS, 0)
    for word, times in Counter(filter(_LANGUAGES_OF.__contains__, words)).items():
        for code in _LANGUAGES_OF[word]:
            hits[code] += times
    first, second = sorted(hits, key=lambda code: -hits[code])[:2]
    few = hits[first] < max(MIN_HITS, MIN_SHARE * len(words))
    # Neighbours share words: which of them it is matters less than whether it is English.
    unsure = "en" in (first, second) and hits[first] < MARGIN * hits[second]
    return "und" if few or unsure else first
