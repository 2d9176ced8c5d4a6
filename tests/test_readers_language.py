from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclause.documents import language, title

TEXTS = {
    "en": "You may copy this software, but you may not sell it or use it to train another model.",
    "fr": "Vous pouvez copier ce logiciel, mais la vente est interdite sans l’accord de l’auteur.",
    "de": "Die Software darf kopiert, aber nicht verkauft werden; die Weitergabe ist untersagt.",
    "es": "Se permite el uso del programa para la investigación, pero no se permite la venta.",
    "pt": "A cópia do programa é permitida, mas a venda não é permitida sem a autorização.",
    "it": "Il programma è concesso per uso di ricerca; la vendita del programma non è consentita.",
    "nl": "Het programma mag worden gekopieerd, maar de verkoop van het is niet toegestaan.",
    "sv": "Du får använda programmet för forskning, men det är inte tillåtet att sälja det.",
    "da": "Du må bruge programmet til forskning, men det er ikke tilladt at sælge det uden aftale.",
    "no": "Du kan bruke programmet til forskning, og det er ikke tillatt å selge det uten avtale.",
    "fi": "Ohjelmaa saa käyttää vain tutkimukseen, ja sitä ei ole lupa myydä tai jakaa.",
    "pl": "Programu można używać do badań, ale nie jest dozwolone sprzedawanie go lub tego kodu.",
    "cs": "Program lze používat pro výzkum, ale jeho prodej není povolen, ani se nesmí měnit.",
    "hu": "A program csak kutatásra használható, és nem szabad eladni az engedély nélkül.",
    "ro": "Programul poate fi folosit pentru cercetare, dar nu este permisă vânzarea din el.",
    "tr": "Program araştırma için kullanılabilir ve satılması yasaktır; bu her kopya için geçerli.",
    "id": "Program ini dapat digunakan untuk penelitian, dan tidak boleh dijual oleh anda.",
    "vi": "Bạn được dùng chương trình cho nghiên cứu và không được bán cho người khác.",
    "ca": "El programa es pot copiar, però no és permesa la venda del programa sense permís.",
    "ko": "본 소프트웨어는 연구 목적으로만 사용할 수 있으며 재배포할 수 없습니다.",
    "ja": "本ソフトウェアの商用利用は禁止されています。",
    "zh": "未经许可方书面同意，不得将本软件用于商业目的。",
    "ru": "Разрешается копировать программу; продажа запрещена.",
    "el": "Επιτρέπεται η αντιγραφή του προγράμματος.",
    "ar": "يسمح بنسخ البرنامج ولا يسمح ببيعه.",
    "he": "מותר להעתיק את התוכנה אך אסור למכור אותה.",
    "hi": "इस सॉफ़्टवेयर की प्रतिलिपि बनाई जा सकती है।",
    "th": "อนุญาตให้ทำสำเนาซอฟต์แวร์นี้ได้",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_language_is_told(code: str, text: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_capitals_and_line_ends_change_nothing(code: str, text: str) -> None:
    assert language(text.upper().replace(" ", "\r\n")) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "und"),
        ("MIT License", "und"),
        ("0 1 2 3 4 5", "und"),
        ("lorem ipsum dolor sit amet consectetur adipiscing elit sed", "und"),
        (TEXTS["en"] + " Copyright 홍길동.", "en"),
        (TEXTS["en"] + " “Модель” and 本 are defined.", "en"),
        ("제1조 (Model) 이용자는 Model의 Output을 자유롭게 사용할 수 있습니다.", "ko"),
        ("本ソフトウェア利用許諾契約書", "ja"),
        (TEXTS["ko"] * 3 + TEXTS["en"], "ko"),
    ],
)
def test_names_and_short_texts_decide_nothing(text: str, code: str) -> None:
    assert language(text) == code


@given(st.text())
def test_language_is_a_code(text: str) -> None:
    assert language(text) in {*TEXTS, "und"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT License\n\nCopyright (c) 2020 A\n", "MIT License"),
        (
            "\n\n   GNU GENERAL PUBLIC LICENSE\n      Version 3, 29 June 2007\n",
            "GNU GENERAL PUBLIC LICENSE",
        ),
        ("# ACME License\n\nYou may", "ACME License"),
        ("## ACME  License ##\ntext", "ACME License"),
        ("**ACME License**\n\ntext", "ACME License"),
        ("/*\n * ACME License\n *\n * You may", "ACME License"),
        ('"""ACME License\n\nYou may', "ACME License"),
        ("dnl ACME License\ndnl\n", "ACME License"),
        ("// ACME License\n//\n", "ACME License"),
        ("==========\nACME License\n==========\n", "ACME License"),
        ("---\ntitle: ACME License\nspdx-id: ACME\n---\n", "ACME License"),
        ("Copyright 2020 A. All rights reserved.\n\nACME License\n\n", "ACME License"),
        ("© 2020 A\nhttps://acme.example\nVersion 1.0\nACME License\n\n", "ACME License"),
        ("SPDX-License-Identifier: MIT\n\nThe MIT License (MIT)\n", "The MIT License (MIT)"),
        ("END USER LICENSE AGREEMENT:\n\nYou", "END USER LICENSE AGREEMENT"),
        ("Contrat de licence de logiciel libre\n\nVersion", "Contrat de licence de logiciel libre"),
        ("Contrat de licence entre vous et nous qui\nporte sur le logiciel", None),
        ("소프트웨어 사용권 계약\n\n제1조", "소프트웨어 사용권 계약"),
        ("\ufeffMIT License\n\n", "MIT License"),
        ("1-clause License\r\n\r\nYou", "1-clause License"),
        ("", None),
        ("\n \n", None),
        ("-----\n", None),
        ("Permission is hereby granted, free of charge, to any person\nobtaining a copy", None),
        ("Redistribution and use in source and binary forms, with or without\nmodification", None),
        ("THIS SOFTWARE IS PROVIDED AS IS\n\nYou may", None),
        ("You may not sell it.\n", None),
        ("1. Definitions\n\nThe Model", None),
        ("(a) Definitions\n\nThe Model", None),
        ("the terms of use\n\nYou", None),
        ("A" * 200, None),
        ("Copyright 2020 A\n" * 50 + "ACME License\n", None),
    ],
)
def test_title_is_the_first_line_that_looks_like_one(text: str, expected: str | None) -> None:
    assert title(text) == expected


@given(st.text())
def test_title_is_one_line_of_the_text_or_none(text: str) -> None:
    found = title(text)
    assert found is None or (0 < len(found) <= 100 and all(word in text for word in found.split()))
