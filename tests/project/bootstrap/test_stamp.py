from pathlib import Path

from tools.bootstrap.stamp import Stamp, digest_of, digest_of_file, write_atomically


def test_a_stamp_matches_what_it_was_written_for(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "inside" / "stamp")
    assert not stamp.matches("one")
    stamp.write("one")
    assert stamp.matches("one")
    assert not stamp.matches("two")


def test_a_cleared_stamp_matches_nothing(tmp_path: Path) -> None:
    stamp = Stamp(tmp_path / "stamp")
    stamp.write("one")
    stamp.clear()
    stamp.clear()
    assert not stamp.matches("one")


def test_a_damaged_stamp_matches_nothing(tmp_path: Path) -> None:
    (tmp_path / "stamp").write_bytes(b"\xff\xfe")
    assert not Stamp(tmp_path / "stamp").matches("one")


def test_a_failed_write_leaves_the_old_text(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write_atomically(target, "old")
    write_atomically(target, "new")
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


def test_digests_depend_on_names_and_values() -> None:
    assert digest_of(a=1, b="x") == digest_of(b="x", a=1)
    assert digest_of(a=1, b="x") != digest_of(a="x", b=1)


def test_line_ends_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "unix").write_bytes(b"one\ntwo\n")
    (tmp_path / "windows").write_bytes(b"one\r\ntwo\r\n")
    assert digest_of_file(tmp_path / "unix") == digest_of_file(tmp_path / "windows")
