from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.errors import DocumentError
from openclause.readers.plain import read
from openclause.readers.sniff import declared_encoding

EN = "Copyright © 2020 The Authors. You may use the “Software” only — the Licensor’s rights remain."
FR = (
    "Le présent logiciel est distribué gratuitement ; toute redistribution à des fins commerciales "
    "est interdite sans l’accord préalable écrit de l’auteur, à l’exception des copies privées."
)
DE = "Die Weitergabe gemäß § 3 ist unzulässig; für gewerbliche Zwecke größerer Nutzer gilt § 4."
ES = "¿Quién puede usarlo? Cualquier persona; no se permite la redistribución del código. Año 2019."
PT = "A redistribuição não é permitida sem autorização; as condições constam da seção 3ª."
KO = (
    "본 소프트웨어는 비상업적 연구 목적으로만 사용할 수 있으며, 저작권자의 사전 서면 동의 없이 "
    "재배포하거나 2차적 저작물을 작성할 수 없습니다.\n"
)
JA = (
    "本ソフトウェアの複製、改変および再配布は、著作権表示を残すことを条件として許可されます。"
    "商用利用は禁止されています。\n"
)
ZH = (
    "被许可方可以免费使用、复制和修改本软件，"
    "但未经许可方事先书面同意，不得将其用于商业目的或再分发。\n"
)
TW = (
    "被授權人得免費使用、複製及修改本軟體，"
    "但未經授權人事先書面同意，不得將其用於商業目的或再散布。\n"
)
RU = "Разрешается свободно использовать и копировать программу; продажа копий запрещена.\n"
PL = (
    "Użytkownik może zwielokrotniać oprogramowanie wyłącznie w celach niekomercyjnych. Zabrania "
    "się rozpowszechniania kopii bez zgody autora. Licencjodawca nie ponosi odpowiedzialności za "
    "szkody powstałe w związku z jego użyciem, chyba że przepisy stanowią inaczej. Każda zmiana "
    "wymaga pisemnej zgody właściciela i informacji o prawach autorskich, którą należy zachować."
)
ASCII = "Permission is granted to copy this software, but not to sell it or to sublicense it. "

LEGACY = [
    ("cp1252", EN),
    ("cp1252", FR),
    ("cp1252", DE),
    ("cp1252", ES),
    ("cp1252", PT),
    ("cp949", KO),
    ("cp932", JA),
    ("euc_jp", JA),
    ("gb18030", ZH),
    ("big5", TW),
    ("cp1251", RU),
    ("koi8_r", RU),
    ("cp1250", PL),
]


@pytest.mark.parametrize(("codec", "text"), LEGACY)
def test_older_encoding_is_told(codec: str, text: str) -> None:
    content = read(text.encode(codec))
    assert (content.encoding, content.text) == (codec, text)


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp949", "비상업적 이용만 허용"),
        ("cp949", "재배포를 금지합니다."),
        ("cp932", "商用利用を禁止します。"),
        ("cp932", "ソフトウェア使用許諾"),
        ("cp932", "使用許諾契約書"),
        ("gb18030", "不得用于商业目的。"),
        ("gb18030", "本软件许可协议"),
        ("cp1252", "naïve"),
        ("cp1252", "© Müller"),
        ("cp1252", "Größe gemäß §§ 1–3"),
        ("cp1252", "créée"),
        ("cp1252", "“as is”"),
    ],
)
def test_few_words_suffice(codec: str, text: str) -> None:
    content = read(text.encode(codec))
    assert (content.encoding, content.text) == (codec, text)


@pytest.mark.parametrize("mark", ["©", "“", "’", "—", "é", "ß", "®", "§", "\xa0", "…", "•"])
@pytest.mark.parametrize("place", [0, 20, 400])
def test_single_western_character_in_ascii_is_windows(mark: str, place: int) -> None:
    text = ASCII * 10
    text = text[:place] + mark + text[place:]
    assert read(text.encode("cp1252")).text == text


@pytest.mark.parametrize("name", ["홍길동", "주식회사 에이콤"])
def test_korean_name_in_ascii_is_korean(name: str) -> None:
    text = f"Copyright (c) 2020 {name}. " + ASCII * 4
    assert read(text.encode("cp949")).text == text


@pytest.mark.parametrize(
    "codec", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("text", [ASCII, FR, KO, JA + "第2条 (3)", ZH + "1.2 其他\n", "a b"])
def test_unicode_is_read_with_and_without_a_mark(codec: str, text: str) -> None:
    content = read(text.encode(codec))
    assert (content.encoding, content.text) == (codec, text)


def test_big_endian_marks_are_read() -> None:
    assert read(codecs.BOM_UTF16_BE + FR.encode("utf-16-be")).text == FR
    assert read(codecs.BOM_UTF32_BE + FR.encode("utf-32-be")).text == FR


def test_utf16_is_read_whole_across_the_sample() -> None:
    text = "a " + "\U0001f600 ok, you may copy it. " * 20_000
    assert read(text.encode("utf-16-le")).text == text


@given(st.text())
def test_utf8_is_decoded_exactly_but_for_nuls(text: str) -> None:
    data = ("license " * 40 + text).encode()
    found = read(data)
    assert found.text in (data.decode(), data.decode().replace("\0", ""))
    assert ("\0" not in text) == (not found.warnings)


GRANT = "You may copy, change and pass on this little work for any purpose."


@pytest.mark.parametrize(
    ("data", "text", "warning"),
    [
        (GRANT.replace(" ", " \0"), GRANT, "12 NUL characters are left out"),
        (GRANT.replace("a", "a\0"), GRANT, "5 NUL characters are left out"),
        (
            GRANT.replace(" ", "\0"),
            GRANT.replace(" ", "\0"),
            "12 NUL characters are read as spaces",
        ),
    ],
    ids=["after spaces", "within words", "for spaces"],
)
def test_nuls_strewn_into_a_text_make_it_no_other_text(data, text, warning) -> None:
    found = read(data.encode())
    assert (found.text, found.encoding) == (text, "utf-8")
    assert found.warnings[0].startswith(warning)


@pytest.mark.parametrize("data", [b"ab\0\0\0\0cd" * 20, b"\0a\xff\xfe" * 40])
def test_rows_of_nuls_are_no_text(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"is a binary file|is in no encoding"):
        read(data)


@pytest.mark.parametrize(
    "text",
    [
        "a\r\nb\rc\nd",
        "page\f\nnext",
        "a\x0bb\x1b[1mc",
        "N\bNO",
        "nul \0 in a line of text",
        "\u2028x\x85",
    ],
)
def test_controls_and_line_ends_are_kept(text: str) -> None:
    assert read(text.encode()).text == text


def test_mark_within_the_text_is_kept() -> None:
    assert read("\ufeffa\ufeffb".encode()).text == "a\ufeffb"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ((FR + "é").encode()[:-1], FR + "\ufffd"),
        ("© “x” ".encode() * 20 + b"\xa9", "© “x” " * 20 + "\ufffd"),
        (KO.encode()[:-3], KO[:-3] + "\ufffd"),
        (codecs.BOM_UTF16_LE + "You may".encode("utf-16-le") + b"\n", "You may\ufffd"),
    ],
)
def test_nearly_unicode_is_mended_with_a_warning(data: bytes, text: str) -> None:
    content = read(data)
    assert content.text == text
    assert content.warnings == (
        f"not all of it is {content.encoding.upper()}: 1 characters read as U+FFFD",
    )


def test_sound_text_bears_no_warning() -> None:
    assert read("\ufffd is a character too".encode()).warnings == ()


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)),
        b"\x00\x01\x02\x03" * 100,
        b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(50),
        codecs.BOM_UTF16_LE + bytes(range(1, 32)) * 8,
        b"#!/bin/sh\nexit 0\n" * 40 + bytes(range(256)) * 20,
    ],
)
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"^is a binary file; give the license as text, HTML"):
        read(data)


def test_what_no_encoding_explains_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^is in no encoding that openclause can tell; save"):
        read(bytes(range(128, 256)) * 10)


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("iso-8859-2", "iso8859-2"),
        ("gb2312", "gb18030"),
        ("x-no", "cp1252"),
    ],
)
def test_declared_encoding_is_believed_if_there_is_one(declared: str, codec: str) -> None:
    assert read("caf\xe9 1".encode("cp1252"), declared=declared).encoding in (codec, "cp1252")
    assert read("Użyto".encode("iso8859-2"), declared="iso-8859-2").text == "Użyto"


@pytest.mark.parametrize("declared", ["utf-7", "unicode_escape", "rot13", "zlib", "idna", ""])
def test_declared_encoding_that_is_none_is_passed_over(declared: str) -> None:
    assert read("+2AA- café".encode("cp1252"), declared=declared).text == "+2AA- café"


def test_utf8_comes_before_what_is_declared() -> None:
    assert read("café".encode(), declared="iso-8859-1").text == "café"


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (b'<meta charset="EUC-KR">', "EUC-KR"),
        (b"<meta http-equiv=x content='text/html; charset=gb2312'>", "gb2312"),
        (b'<?xml version="1.0" encoding="Shift_JIS"?>', "Shift_JIS"),
        (b"charset=utf-8 outside of a tag", None),
        (b" " * 5000 + b"<meta charset=x>", None),
    ],
)
def test_pages_declare_their_encoding(data: bytes, declared: str | None) -> None:
    assert declared_encoding(data) == declared
