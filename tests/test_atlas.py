# ruff: noqa: A002

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import html5lib
import msgspec
import pytest
from small_corpus import write
from typer.testing import CliRunner
from untrusted_texts import HOSTILE

from openclause.atlas import Date, Entry, count, html, scan_entries
from openclause.atlas.charts import LANES, WIDTH, bars, heat, marks, stack
from openclause.atlas.dates import published
from openclause.atlas.records import Atlas, Share
from openclause.cli import app
from openclause.corpus import read_records
from openclause.errors import DataError
from openclause.page import View
from openclause.scanning.records import Identified, Item, Passage, Reading, record, to_line
from openclause.taxonomy import categories, terms


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "licenses"
    write(folder, annotated=True)
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["atlas", *map(str, arguments)])


def drawn(*arguments):
    found = run(*arguments, "--format", "json")
    assert found.exit_code == 0, found.output
    return msgspec.json.decode(found.stdout, type=Atlas)


def entry(id, category="permissive", **values):
    given = {"name": id.title(), "attitudes": {}, "read_by": "reader"} | values
    return Entry(id=id, category=category, **given)


# Dates


@pytest.mark.parametrize(
    ("id", "name", "text", "iso", "said_by"),
    [
        ("terms-2024-04-01", "Terms", None, "2024-04-01", "id"),
        ("terms-20241211", "Terms", None, "2024-12-11", "id"),
        ("terms", "Terms 2024-04-01", None, "2024-04-01", "name"),
        ("big-2023", "Big", "Release Date: July 18, 2023\n", "2023-07-18", "text"),
        ("big-2023", "Big", "Release Date: July 18, 2021\n", "2023", "id"),
        ("big", "Big", "Version 1.0, 23 October 2023\n", "2023-10-23", "text"),
        ("big", "Big", "The License\n May 2024 \n", "2024-05", "text"),
        ("big", "Big 2022", None, "2022", "name"),
    ],
)
def test_the_finest_date_that_is_there_is_taken(id, name, text, iso, said_by):
    found = published(id=id, name=name, text=text)
    assert (found.iso, found.said_by) == (iso, said_by)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "Copyright (c) 2022 Somebody\n",
        "Version 2.0\n",
        "Ends on July 18, 2023.\n",
        "words " * 200 + "\nRelease Date: July 18, 2023\n",
        "Release Date: July 99, 2023\n",
    ],
)
def test_no_date_is_made_up(text):
    assert published(id="big-1.1-2048kb", name="Big 1.1", text=text) is None


# Counts


def test_shares_count_attitudes_of_texts_that_were_read():
    atlas = count(
        [
            entry("a", attitudes={"sell": "can"}),
            entry("b", attitudes={"sell": "cannot"}),
            entry("c", attitudes=None, read_by="nobody"),
            entry("d", "proprietary", attitudes={"sell": "cannot"}),
        ],
        origin="corpus",
    )
    assert [(one.category, one.count, one.read) for one in atlas.categories] == [
        ("permissive", 3, 2),
        ("proprietary", 1, 1),
    ]
    (row,) = atlas.terms
    assert row.shares == (
        Share("permissive", 2, 1, 0, 0, 1),
        Share("proprietary", 1, 0, 0, 0, 1),
    )


def test_pairs_tell_how_much_oftener_than_by_chance():
    both, none = ("fee", "sell"), ()
    entries = [entry(str(n), limits=both if n < 2 else none) for n in range(8)]
    (pair,) = count(entries, origin="corpus").pairs
    assert (pair.a, pair.b, pair.count, pair.lift) == ("fee", "sell", 2, 4.0)


def test_families_are_two_texts_or_more_with_the_limits_of_most():
    entries = [
        entry("a", family="x", limits=("sell", "use")),
        entry("b", "proprietary", family="x", limits=("sell",)),
        entry("c", family="y"),
    ]
    (family,) = count(entries, origin="corpus").families
    assert family.members == ("a", "b")
    assert family.categories == {"permissive": 1, "proprietary": 1}
    assert family.limits == ("sell",)


def test_models_stand_in_time_and_those_without_a_date_are_named():
    atlas = count(
        [
            entry("b", artifact="model", date=Date(2024, 2, 1, "id"), limits=("sell",)),
            entry("a", artifact="model", date=Date(2023, None, None, "id")),
            entry("c", artifact="model"),
            entry("d", artifact="software", date=Date(1999, None, None, "id")),
        ],
        origin="corpus",
    )
    assert atlas.timeline == ("a", "b")
    assert atlas.undated == ("c",)
    assert [(one.year, one.limits) for one in atlas.years] == [(2023, {}), (2024, {"sell": 1})]


def test_the_corpus_is_counted_as_its_records_say(corpus):
    atlas, records = drawn("--corpus", corpus), read_records(corpus)
    assert atlas.texts == len(records)
    for one in atlas.categories:
        assert one.count == sum(record.category == one.category for record in records)
    labelled = [one for one in records if one.clauses is not None]
    assert sum(one.read for one in atlas.categories) == len(labelled) > 0
    selling = {one.key for one in labelled if any(c.modality == "prohibition" for c in one.clauses)}
    assert {
        one.id for one in atlas.entries if "cannot" in (one.attitudes or {}).values()
    } <= selling


def test_read_reads_what_nobody_annotated_and_keeps_the_categories(corpus):
    path = next(corpus.glob("*.toml"))
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"clauses = \[.*\]\n", "", text, flags=re.DOTALL), encoding="utf-8")
    before = {one.id: one for one in drawn("--corpus", corpus).entries}
    after = {one.id: one for one in drawn("--corpus", corpus, "--read").entries}
    assert before[path.stem].read_by == "nobody"
    assert before[path.stem].attitudes is None
    assert after[path.stem].read_by == "program"
    assert after[path.stem].attitudes
    assert {k: one.category for k, one in after.items()} == {
        k: one.category for k, one in before.items()
    }
    (corpus / "texts" / f"{path.stem}.txt").unlink()
    found = run("--corpus", corpus, "--read")
    assert found.exit_code == 2
    assert f"{path.stem}.txt: is missing" in found.output


# Scans

PASSAGES = tuple(
    Passage(term, modality, ("use",), 0, 1, 1, 1, 1, 2, "q")
    for term, modality in (
        ("commercial-use", "prohibition"),
        ("commercial-use", "obligation"),
        ("include-notice", "obligation"),
    )
)


def line(path, *, sha256="0" * 64, **values):
    given = {"category": "non-commercial", "rank": 6, "confidence": 0.9, "passages": PASSAGES}
    given |= {"restricting": ("commercial-use", "include-notice")}
    reading = Reading(**(given | values))
    return to_line(record(Item(path=path, kind="licence", size=1), reading, sha256=sha256)) + b"\n"


def test_a_scan_is_counted_text_by_text(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(
        line("a/LICENSE")
        + line("b/LICENSE")
        + line("c/LICENSE", sha256="1" * 64, passages=(), restricting=(), category="permissive")
        + line("d/LICENSE", category=None)
    )
    entries, skipped = scan_entries(path)
    assert [(one.id, one.places) for one in entries] == [("a/LICENSE", 2), ("c/LICENSE", 1)]
    assert skipped == 1
    assert entries[0].attitudes == {"commercial-use": "cannot", "include-notice": "must"}
    assert entries[0].limits == ("commercial-use",)
    assert entries[1].attitudes == {}
    page = run("--scan", path).stdout
    assert "2 different texts at 3 places" in page
    assert "Records of a scan hold only what restricts" in page


def test_rows_of_one_name_and_many_dates_are_drawn(tmp_path):
    path = tmp_path / "records.jsonl"
    known = [Identified(f"terms-{2000 + n % 7}", None, "Terms", 1.0, True) for n in range(80)]
    path.write_bytes(
        line("row", sha256="f" * 64)
        + b"".join(line("row", sha256=f"{n:064}", identification=k) for n, k in enumerate(known))
    )
    atlas = drawn("--scan", path)
    assert (len(atlas.timeline), atlas.undated) == (80, ("row",))
    page = run("--scan", path).stdout
    assert len(re.findall('<g class="mark', page)) == 80
    assert len(re.findall('<rect class="lane', page)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}\n", "line 1: is no record of a scan"),
        (b'\n{"path": \n', "line 2: is no record of a scan"),
        (b"\xff\n", "line 1: is no record of a scan"),
        (b'{"x":' + b"[" * 100_000 + b"\n", "line 1: is no record of a scan"),
        (line("a", category="sunny"), "line 1: sunny is unknown"),
    ],
)
def test_what_is_no_scan_is_one_clear_line(tmp_path, content, said):
    path = tmp_path / "records.jsonl"
    path.write_bytes(content)
    found = run("--scan", path)
    assert found.exit_code == 2
    assert said in found.output
    assert "Traceback" not in found.output
    with pytest.raises(DataError, match=re.escape(str(path))):
        scan_entries(path)


def test_no_file_and_wrong_use_are_one_clear_line(tmp_path):
    assert "cannot be read" in run("--scan", tmp_path / "no.jsonl").output
    found = run("--scan", tmp_path / "no.jsonl", "--read")
    assert (found.exit_code, "leave --corpus and --read out" in found.output) == (2, True)
    assert run("--corpus", tmp_path).exit_code == 2


def test_an_empty_scan_has_a_page_too(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"")
    found = run("--scan", path)
    assert found.exit_code == 0
    assert "Nothing to show." in found.stdout


# Plots


def test_bars_and_marks_stay_on_the_paper():
    for bar in bars([0, 1, 3000], [0, 1, 2]):
        assert bar.part <= bar.width
        assert bar.x + bar.width < WIDTH
    dates = [Date(2023, None, None, "id")] * 9 + [Date(2024, 12, 31, "id")]
    for mark in marks(LANES, dates, [0] * 10, 2023, 2024):
        assert LANES.left <= mark.left <= mark.x <= mark.right <= WIDTH - LANES.right
        assert LANES.top(0) <= mark.y <= LANES.top(1)


def test_marks_side_by_side_step_down_and_then_begin_where_room_comes_first():
    days = [Date(2024, 1, day, "id") for day in (1, 1, 3, 3, 31)]
    steps = [mark.y - LANES.top(0) for mark in marks(LANES, days, [0] * 5, 2024, 2024)]
    assert steps == [11, 22, 33, 11, 11]


def test_stacks_are_as_wide_as_their_shares():
    pieces = stack(Share("permissive", 8, 4, 0, 2, 1))
    assert [(one.attitude, one.x, one.width) for one in pieces] == [
        ("can", 0, 50),
        ("must", 50, 25),
        ("cannot", 75, 12.5),
    ]
    assert [heat(n, 10) for n in (0, 1, 5, 10)] == [0, 1, 3, 5]


# The page


def many(name="Name", id="id"):
    return count(
        [
            entry(
                f"{id}{n}",
                category,
                name=f"{name} {n}",
                artifact="model",
                family=f"{id} family",
                date=Date(2000 + n, None, None, "id"),
                attitudes={"sell": "cannot", "use": "can", "modify": "conditional"},
                limits=("fee", "sell"),
            )
            for n, category in enumerate(categories())
        ],
        origin="corpus",
    )


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_is_valid_and_every_link_arrives(lang):
    page = html(many(), View(lang=lang))
    html5lib.HTMLParser(strict=True).parse(page)
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    links = set(re.findall(r'href="#([^"]*)"', page))
    assert links <= set(ids)
    assert {f"term-{name}" for name in terms()} | {f"category-{name}" for name in categories()} <= {
        *ids
    }
    for name in re.findall(r'aria-labelledby="([^"]*)"', page):
        assert set(name.split()) <= set(ids)


def test_the_korean_page_speaks_korean():
    page = html(many(name="이름", id="id"), View(lang="ko"))
    body = page.partition("<body>")[2]
    assert "개방성 지도" in body
    assert not re.search("What each category|Families|Nothing to show", body)


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_shown_and_do_nothing(hostile):
    evil = HOSTILE[hostile]
    parser = _Tags()
    page = html(many(name=evil, id=evil), View())
    parser.feed(page)
    assert sum(tag == "script" for tag, _ in parser.found) == 1
    assert {"img", "iframe", "object", "form"}.isdisjoint(tag for tag, _ in parser.found)
    for _, attributes in parser.found:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert attributes.get("href", "#").startswith(("#", "data:,"))
    assert not re.search("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


def test_a_hostile_path_of_a_scan_stays_a_path(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(line('"><script>alert(1)</script>'))
    page = run("--scan", path).stdout
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_is_asked_of_any_network():
    page = html(many(), View())
    assert "default-src &#39;none&#39;" in page.partition("<style>")[0]
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)|url\(|@import|https?://", page)


def test_the_same_page_twice_and_json_that_reads_back(corpus):
    first, second = run("--corpus", corpus), run("--corpus", corpus)
    assert first.stdout == second.stdout
    assert json.loads(run("--corpus", corpus, "-f", "json").stdout)["schema_version"] == "1"
