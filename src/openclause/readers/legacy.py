"""Encodings from before Unicode: which of them some bytes are in.

In: bytes that are not UTF-8. Out: codecs, likeliest first. An encoding is known by its language:
each reading is scored by how many of its characters are usual in that language, so that a few
words suffice. What no reading explains is left to charset-normalizer.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import islice

SAMPLE_WORDS = 4000
SAMPLE = 1 << 15
SURE = 0.55
LIKELY = 0.45
ENOUGH = 20  # bytes that are not ASCII, for the detector to be heard first
FEW = 4
ASCII_BONUS = 0.1
MOSTLY_ASCII = 0.02

_KANA = r"\u3041-\u3096\u30a1-\u30fa\u30fc、。"
_MARKS = r"\u3001-\u3003\u3008-\u3011\u3014\u3015\u30fb\uff01-\uff5e“”‘’…—·"
_HAN = rf"\u4e00-\u9fff{_MARKS}"
_HANGUL = rf"\uac00-\ud7a3{_MARKS}"
_LATIN = "À-ÖØ-Ýß-öø-ýÿœ"
_COMMON_KO = "의이을를은는에가또하여한다고로으자용사제저작권수있지대기정조서라센스소프트웨어본시도"
_COMMON_JA = "本第条著作権利用許諾者使複製配布改変項及以上下"
_COMMON_ZH = "的一是不了在人有和或者本可使用任何作品以及由非除他利改为对许权件软条款协议传专发码"
_COMMON_TW = "的一是不了在人有和或者本可使用任何作品以及由非除他利改為對許權件軟條款協議傳專發碼"
_COMMON_RU = "(?<![A-Za-z])[оеаинтсрвлОЕАИНТСРВЛ](?![A-Za-z])"
_COMMON_LATIN = (
    rf"[çÇ][ãõÃÕ]|[äöüÄÖÜ]ß|éé|(?<![{_LATIN}])[{_LATIN}](?![{_LATIN}])|[©®™“”‘’–—•§°«»€…·£\xa0]"
    r"|(?<!\w)[¿¡]|(?<=\d)[ºª]"
)

# codec: (the older, narrower set its texts keep to, usual characters, characters of its own)
_READINGS = {
    "cp949": ("euc_kr", f"[{_COMMON_KO}]", _HANGUL),
    "gb18030": ("gb2312", f"[{_COMMON_ZH}]", _HAN),
    "cp932": ("cp932", f"[{_KANA}{_COMMON_JA}]", _HAN),
    "euc_jp": ("euc_jp", f"[{_KANA}{_COMMON_JA}]", _HAN),
    "big5": ("big5", f"[{_COMMON_TW}]", _HAN),
    "cp1252": ("cp1252", _COMMON_LATIN, _LATIN),
    "cp1251": ("cp1251", _COMMON_RU, "А-яЁё"),
    "koi8_r": ("koi8_r", _COMMON_RU, "А-яЁё"),
}
_ASCII = bytes(range(128))
_OTHERS = [
    *("cp1250", "iso8859_2", "cp1253", "iso8859_7", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("cp874", "cp866", "mac_roman", *_READINGS),
]


def detect(data: bytes) -> Iterator[str]:
    """Yield the codecs `data` may be written in, likeliest first."""
    words = _words(data)
    foreign = len(words.translate(None, _ASCII))
    scores = {codec: score(words, codec) for codec in _READINGS}
    if foreign < MOSTLY_ASCII * len(data):
        scores["cp1252"] += ASCII_BONUS
    ranked = sorted(scores, key=lambda codec: -scores[codec])
    yield from (codec for codec in ranked if scores[codec] > SURE)
    if foreign >= ENOUGH:
        yield from _guess(words)
    yield from (codec for codec in ranked if SURE >= scores[codec] >= LIKELY)
    if FEW <= foreign < ENOUGH:
        yield from _guess(words)
    yield "cp1252"


def _words(data: bytes) -> bytes:
    words = (word for word in data.split() if not word.isascii())
    return b" ".join(islice(words, SAMPLE_WORDS))[:SAMPLE]


def score(words: bytes, codec: str) -> float:
    """Say how well `codec` explains `words`: 1 when all characters are usual, below 0 when few."""
    narrow, usual, own = _READINGS[codec]
    try:
        text = codecs.getincrementaldecoder(codec)().decode(words)
    except UnicodeDecodeError:
        return -1.0
    known = text.encode(narrow, "ignore").decode(narrow)
    rest = re.sub(usual, "", known)
    spoken = _foreign(known) - _foreign(rest)
    owned = len(re.findall(f"[{own}]", rest))
    size = max(1, _foreign(text))
    return (2 * spoken + 1.5 * owned) / size - 1


def _foreign(text: str) -> int:
    return sum(not char.isascii() for char in text)


def _guess(words: bytes) -> Iterator[str]:
    from charset_normalizer import from_bytes

    best = from_bytes(words, cp_isolation=_OTHERS).best()
    if best is not None:
        yield best.encoding
