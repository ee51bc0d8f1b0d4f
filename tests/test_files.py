"""A file is replaced whole, or it stays as it was."""

import os
import sys
from pathlib import Path

import pytest

from viz_core.errors import InputError
from viz_core.files import write_whole


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_what_fails_half_way_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_bytes(b"old")

    def fail(_number):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(InputError, match=r"Can't write .*a\.json: No space left on device\. Make"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs its devices")
def test_a_full_disk_and_a_missing_folder_are_told():
    with pytest.raises(InputError, match="No space left"):
        write_whole(Path("/dev/full"), b"new")
    with pytest.raises(InputError, match="No such file or directory"):
        write_whole(Path("/no/such/folder/a"), b"new")
    assert Path("/dev/full").is_char_device()
