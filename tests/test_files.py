"""Files that a person gives, read in one way; files that we write, replaced whole."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from viz_core import files
from viz_core.errors import InputError
from viz_core.files import Column, Line, Row

COLUMNS = (Column("prompt", ("text",)), Column("expected word", ("answer",)))


@pytest.fixture
def given(tmp_path):
    def give(data):
        path = tmp_path / "given.tsv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return give


@pytest.mark.parametrize("data", ["a\nb\n", "a\r\nb\r\n", "\ufeffa\nb", "\ufeffa\r\nb"])
def test_a_byte_order_mark_and_the_kind_of_line_end_are_no_text(given, data):
    assert files.read_text(given(data)).removesuffix("\n") == "a\nb"


def test_lines_are_parted_by_line_feeds_alone(given):
    path = given("one\u2028still one\x0cand\x85on\rit goes\n \u3000\n\n two \n")
    assert files.read_lines(path) == [
        Line(1, "one\u2028still one\x0cand\x85on\rit goes"),
        Line(4, "two"),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"one\ntwo\ncaf\xe9\n", "given.tsv, line 3: byte 12 of the file, 0xE9, is not UTF-8"),
        ("Tom".encode("utf-16"), "given.tsv, line 1: this is UTF-16"),
        ("Tom".encode("utf-16-le"), "given.tsv, line 1: this is UTF-16"),
    ],
)
def test_what_is_not_utf_8_is_named(given, data, says):
    with pytest.raises(InputError, match=says):
        files.read_text(given(data))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no\.txt: No such file"):
        files.read_text(tmp_path / "no.txt")
    with pytest.raises(InputError, match="Is a directory"):
        files.read_text(tmp_path)


ROWS = [Row(1, ("Tom is a", "cat")), Row(3, ("a", "b"))]


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("Tom is a\tcat\n\na\tb\n", 0),
        ("\ufeff Tom is a \u00a0\t cat\r\n\t\r\na\tb\t\r\n", 0),
        ("Prompt\tExpected Word\nTom is a\tcat\n\na\tb", 1),
        ("expected_word\tprompt\tby\ncat\tTom is a\tme\n\nb\ta\tme\n", 1),
    ],
)
def test_rows_come_by_the_header_or_in_order(given, text, shift):
    found = files.read_table(given(text), COLUMNS, more=False)
    assert found == [Row(row.number + shift, row.cells) for row in ROWS]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\tb\n\nonly one\n", "line 3: a cell is missing. Write: prompt TAB expected word"),
        ("\tb\n", "line 1: a cell is missing"),
        ("a\tb\nc\td\te\n", "line 2: 3 cells where 2 belong"),
        ("prompt\tsolution\na\tb\n", "line 1: this looks like a header"),
        ("prompt\tanswer\n", "has no rows"),
        ("\n \n", "has no rows"),
    ],
)
def test_what_is_no_row_is_named_by_its_line(given, text, says):
    with pytest.raises(InputError, match=says):
        files.read_table(given(text), COLUMNS, more=False)


def test_further_cells_are_passed_over_where_that_is_agreed(given):
    path = given("a\tb\tc\n")
    assert files.read_table(path, COLUMNS, more=True) == [Row(1, ("a", "b"))]


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path):
    path = tmp_path / "out.json"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    files.write_whole(link, "new 新")
    assert path.read_bytes() == "new 新".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.json", "out.json"]


def test_a_pipe_is_written_where_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    files.write_whole(pipe, b"through")
    assert reader.communicate()[0] == b"through"
    assert pipe.is_fifo()


def test_a_trace_that_does_not_fit_leaves_the_old_file(tmp_path):
    """A full disk, as the system has it: no file may grow beyond 1,000 bytes."""
    out = tmp_path / "cat.npz"
    out.write_bytes(b"the old one")
    call = ("trace", "--model", "decoder-stories")
    done = subprocess.run(
        [sys.executable, "-m", "viz_core", *call, "--text", "Tom is a cat", "--out", str(out)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.returncode == 2
    assert "Can't write" in done.stderr
    assert done.stderr.count("\n") == 1
    assert out.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["cat.npz"]


def test_what_fails_half_way_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def fail(_number):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match=r"Can't write .*a\.json: No space left on device\. Make"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs its devices")
def test_a_full_disk_and_a_missing_folder_are_told():
    with pytest.raises(InputError, match="No space left"):
        files.write_whole(Path("/dev/full"), b"new")
    with pytest.raises(InputError, match="No such file or directory"):
        files.write_whole(Path("/no/such/folder/a"), b"new")
    assert Path("/dev/full").is_char_device()
