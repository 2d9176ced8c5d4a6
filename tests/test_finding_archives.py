"""Archives that are read in place, hostile ones too."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trees import GRANT, found_in, plant, tarred, zipped

from openclause.errors import DocumentError
from openclause.finding import Limits, Reader, candidates, read, reading

FILES = {"pkg/LICENSE": GRANT, "pkg/code.c": "int x;\n", "pkg/NOTICE": "Made by us.\n"}


def _errors(root: Path, **limits: int) -> dict[str, str]:
    found = found_in(root, limits=Limits(**limits))
    return {path: each.error for path, each in found.items() if each.error}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.zip", zipped(FILES)),
        ("x.whl", zipped(FILES)),
        ("x.tar", tarred(FILES, "w")),
        ("x.tar.gz", tarred(FILES)),
        ("x.tgz", tarred(FILES)),
        ("x.crate", tarred(FILES)),
        ("x.tar.bz2", tarred(FILES, "w:bz2")),
        ("x.tar.xz", tarred(FILES, "w:xz")),
    ],
)
def test_members_are_found_and_read_in_place(tmp_path: Path, name: str, data: bytes) -> None:
    found = found_in(plant(tmp_path, {name: data}))
    assert list(found) == [f"{name}!/pkg/LICENSE", f"{name}!/pkg/NOTICE"]
    assert read(found[f"{name}!/pkg/LICENSE"]) == GRANT.encode()
    assert read(found[f"{name}!/pkg/NOTICE"]) == b"Made by us.\n"
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_license_is_read(tmp_path: Path, pack: object) -> None:
    suffix = {gzip.compress: ".gz", bz2.compress: ".bz2", lzma.compress: ".xz"}[pack]
    packed = pack(GRANT.encode())  # type: ignore[operator]
    found = found_in(plant(tmp_path, {f"COPYING{suffix}": packed, f"data{suffix}": packed}))
    assert list(found) == [f"COPYING{suffix}!/COPYING"]
    assert read(found[f"COPYING{suffix}!/COPYING"]) == GRANT.encode()


def test_archives_in_archives_are_read_to_the_depth_allowed(tmp_path: Path) -> None:
    inner = zipped({"LICENSE": GRANT})
    nest = tarred({"lib/two.zip": zipped({"three.jar": inner}), "one.jar": inner})
    plant(tmp_path, {"outer.tar.gz": nest})
    found = found_in(tmp_path)
    assert list(found) == [
        "outer.tar.gz!/lib/two.zip!/three.jar!/LICENSE",
        "outer.tar.gz!/one.jar!/LICENSE",
    ]
    assert all(read(each) == GRANT.encode() for each in found.values())
    errors = _errors(tmp_path, archive_depth=2)
    assert list(errors) == ["outer.tar.gz!/lib/two.zip!/three.jar"]
    assert "2 deep in others" in errors["outer.tar.gz!/lib/two.zip!/three.jar"]
    assert found_in(tmp_path, limits=Limits(archive_depth=0)) == {}


def test_a_zip_bomb_of_one_member_is_not_unpacked(tmp_path: Path) -> None:
    plant(tmp_path, {"bomb.zip": zipped({"LICENSE": b"\0" * 50_000_000})})
    errors = _errors(tmp_path)
    assert list(errors) == ["bomb.zip!/LICENSE"]
    assert "larger than 20,000,000 bytes" in errors["bomb.zip!/LICENSE"]


def test_a_member_that_lies_about_its_size_is_read_to_the_limit(tmp_path: Path) -> None:
    data = zipped({"LICENSE": b"\0" * 3_000_000})
    lie = data.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 100))
    found = found_in(plant(tmp_path, {"x.zip": lie}))
    with pytest.raises(DocumentError, match="broken in its archive"):
        read(found["x.zip!/LICENSE"])


def test_a_tar_that_unpacks_to_too_much_is_given_up(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {"bomb.tgz": tarred({"LICENSE": GRANT, "zeros": b"\0" * 30_000_000, "COPYING": GRANT})},
    )
    found = found_in(tmp_path)
    assert list(found) == ["bomb.tgz!/LICENSE", "bomb.tgz"]
    assert "more than 200 times its size" in (found["bomb.tgz"].error or "")
    assert read(found["bomb.tgz!/LICENSE"]) == GRANT.encode()
    assert "more than 1,000,000 bytes" in _errors(tmp_path, archive_bytes=1_000_000)["bomb.tgz"]


def test_a_bomb_within_an_archive_ends_the_outer_one(tmp_path: Path) -> None:
    bomb = tarred({"zeros": b"\0" * 30_000_000})
    errors = _errors(plant(tmp_path, {"o.zip": zipped({"a.tgz": bomb, "b.tgz": bomb})}))
    assert sorted(errors) == ["o.zip", "o.zip!/a.tgz"]


def test_an_archive_of_too_many_files_is_given_up(tmp_path: Path) -> None:
    plant(tmp_path, {"many.zip": zipped({f"{n}/LICENSE": GRANT for n in range(20)})})
    found = found_in(tmp_path, limits=Limits(archive_members=5))
    assert len(found) == 6
    assert "more than 5 files" in (found["many.zip"].error or "")


@pytest.mark.parametrize("name", ["../LICENSE", "/etc/LICENSE", "a/../../LICENSE", "C:/LICENSE"])
@pytest.mark.parametrize("form", ["zip", "tar"])
def test_names_that_lead_out_are_errors(tmp_path: Path, name: str, form: str) -> None:
    data = zipped({name: GRANT}) if form == "zip" else tarred({name: GRANT}, "w")
    found = found_in(plant(tmp_path, {f"x.{form}": data}))
    (each,) = found.values()
    assert "leads out of the archive" in (each.error or "")


def test_links_in_archives_are_errors(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind in (("LICENSE", tarfile.SYMTYPE), ("COPYING", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "../../etc/passwd"
            archive.addfile(info)
    link = zipfile.ZipInfo("NOTICE")
    link.external_attr = 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_:
        zip_.writestr(link, "/etc/passwd")
    errors = _errors(plant(tmp_path, {"x.tar": stream.getvalue(), "y.zip": packed.getvalue()}))
    assert sorted(errors) == ["x.tar!/COPYING", "x.tar!/LICENSE", "y.zip!/NOTICE"]
    assert all("is a link within an archive" in error for error in errors.values())


def test_an_encrypted_member_is_an_error(tmp_path: Path) -> None:
    data = bytearray(zipped({"LICENSE": GRANT}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    errors = _errors(plant(tmp_path, {"x.zip": bytes(data)}))
    assert errors["x.zip!/LICENSE"].endswith("is encrypted; unpack the archive with its password")


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tar.xz", "COPYING.gz"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no", b"\x1f\x8b\x08 no", b"\xfd7zXZ\0 no", b"no " * 300]
)
def test_a_broken_archive_is_one_record_or_none(tmp_path: Path, name: str, data: bytes) -> None:
    found = [*found_in(plant(tmp_path, {name: data})).values()]
    errors = [each.error for each in found if each.error]
    for each in found:
        if not each.error:
            with pytest.raises(DocumentError, match=r": is "):
                read(each)
    assert all("\n" not in error and name in error for error in errors)
    assert found


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_truncated_archive_gives_what_it_still_holds(tmp_path: Path, cut: float) -> None:
    files = {f"{n:02}/LICENSE": GRANT * (n + 1) for n in range(50)}
    whole = tarred(files, "w")
    found = found_in(plant(tmp_path, {"x.tar": whole[: int(len(whole) * cut)]}))
    assert 0 < len(found) <= 51
    assert read(found["x.tar!/00/LICENSE"]) == GRANT.encode()


def _sparse(*, continued: bool, digit: int = ord("0")) -> bytes:
    """Return the header of a sparse file of two pieces, which may be said to go on behind it."""
    header = bytearray(tarfile.TarInfo("LICENSE").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[386:434] = b"00000000000\0" * 4
    header[386], header[482] = digit, continued
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize(
    "data",
    [
        _sparse(continued=True),
        _sparse(continued=True) + b"\0" * 100,
        _sparse(continued=True) + b"0" * 512,
        _sparse(continued=False, digit=0x80),
        _sparse(continued=False, digit=0xFF),
    ],
)
def test_sparse_files_that_are_broken_end_no_search(tmp_path: Path, data: bytes) -> None:
    plant(tmp_path, {"x.tar": data, "y/LICENSE": GRANT})
    assert "y/LICENSE" in found_in(tmp_path)


def test_a_header_that_asks_for_gigabytes_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("LICENSE")
    info.type, info.size = tarfile.XHDTYPE, 1 << 33
    header = info.tobuf(tarfile.GNU_FORMAT)
    errors = _errors(plant(tmp_path, {"x.tar": header + b"\0" * 10_000}))
    assert "headers is too large" in errors["x.tar"]


def test_a_name_that_comes_twice_is_an_error(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("LICENSE", GRANT)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("LICENSE", "other\n")
    plant(tmp_path, {"x.zip": stream.getvalue()})
    first, second = candidates([tmp_path])
    assert read(first) == GRANT.encode()
    assert "stands twice" in (second.error or "")


def test_a_kind_that_is_not_read_says_so(tmp_path: Path) -> None:
    errors = _errors(plant(tmp_path, {"x.7z": b"7z\xbc\xaf\x27\x1c", "y.rar": b"Rar!"}))
    assert "not read (.7z); unpack it first" in errors["x.7z"]
    assert len(errors) == 2


def test_tags_and_metadata_in_archives_are_found(tmp_path: Path) -> None:
    files = {
        "x-1.dist-info/METADATA": "Metadata-Version: 2.4\nName: x\nLicense-Expression: MIT\n",
        "x/code.py": "# SPDX-License-Identifier: MIT\n",
        "x/plain.py": "pass\n",
    }
    found = found_in(plant(tmp_path, {"x.whl": zipped(files)}))
    assert {each.kind: each.declared for each in found.values()} == {
        "metadata": ("MIT",),
        "tag": ("MIT",),
    }
    assert read(found["x.whl!/x/code.py"]) == b"# SPDX-License-Identifier: MIT\n"


def test_an_archive_that_changed_is_an_error_of_reading(tmp_path: Path) -> None:
    found = found_in(plant(tmp_path, {"x.zip": zipped({"LICENSE": GRANT})}))
    (tmp_path / "x.zip").write_bytes(zipped({"other": GRANT}))
    with pytest.raises(DocumentError, match="not in its archive any more"):
        read(found["x.zip!/LICENSE"])


@pytest.mark.parametrize("form", ["zip", "tar"])
def test_members_in_their_order_are_read_in_one_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    files = {f"{number:03}/LICENSE": f"{number}\n" * 1000 for number in range(40)}
    packed = zipped({**files}) if form == "zip" else tarred({**files})
    name = "x.zip" if form == "zip" else "x.tar.gz"
    found = found_in(plant(tmp_path, {name: packed}))
    passes: list[str] = []
    real = reading.members
    monkeypatch.setattr(reading, "members", lambda *args: passes.append("") or real(*args))
    with Reader() as reader:
        for path, each in found.items():
            assert reader.read(each) == files[path.removeprefix(f"{name}!/")].encode()
        assert len(passes) == 1
        backwards = [*reversed(found.values())]
        assert all(reader.read(each) == files[each.location[1]].encode() for each in backwards)


def test_archives_in_archives_are_read_by_turns(tmp_path: Path) -> None:
    inner = {f"in{n}.zip": zipped({"LICENSE": f"{n}\n", "COPYING": f"c{n}\n"}) for n in range(6)}
    files = {**inner, **{f"in{n}.zip.d/LICENSE": f"d{n}\n" for n in range(6)}}
    found = found_in(plant(tmp_path, {"x.tar.gz": tarred(dict(sorted(files.items())))}))
    assert len(found) == 18
    with Reader() as reader:
        assert [reader.read(each) for each in found.values()] == [*map(read, found.values())]


def test_a_reader_sees_that_an_archive_has_changed(tmp_path: Path) -> None:
    found = found_in(plant(tmp_path, {"x.zip": zipped({"LICENSE": GRANT})}))
    with Reader() as reader:
        assert reader.read(found["x.zip!/LICENSE"]) == GRANT.encode()
        (tmp_path / "x.zip").write_bytes(zipped({"LICENSE": "other\n", "more": ""}))
        assert reader.read(found["x.zip!/LICENSE"]) == b"other\n"
        (tmp_path / "x.zip").unlink()
        with pytest.raises(DocumentError, match="vanished"):
            reader.read(found["x.zip!/LICENSE"])


SOUND = {
    "x.zip": zipped({**FILES, "in.tgz": tarred(FILES)}),
    "x.tar": tarred({**FILES, "in.zip": zipped(FILES)}, "w"),
    "x.tar.gz": tarred(FILES),
    "x.tar.xz": tarred(FILES, "w:xz"),
}


@example(name="x.zip", spots=[(0.8046875, 0)])  # a member without a name
@given(
    name=st.sampled_from(sorted(SOUND)),
    spots=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_to_an_archive_ends_a_search(
    tmp_path_factory: pytest.TempPathFactory, name: str, spots: list[tuple[float, int]]
) -> None:
    data = bytearray(SOUND[name])
    for place, value in spots:
        data[int(place * len(data))] = value
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(data)
    for each in candidates([path]):
        assert each.path.isprintable()
        try:
            read(each)
        except DocumentError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most are read
