"""The processor time of a server and of all that it started."""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")


def cpu_seconds(pid: int) -> float | None:
    """Seconds, in user and system mode, of a process, its threads and its children.

    Children that have ended count too; None where the system does not tell.
    """
    if not (PROC / str(pid) / "stat").is_file():
        return None
    ticks = sum(_ticks(process) for process in _family(pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    """A process and what it started; all that are alive."""
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*"):
        if fields := _fields(int(path.name)):
            children.setdefault(int(fields[1]), []).append(int(path.name))
    family = [pid]
    for member in family:
        family.extend(children.get(member, ()))
    return family


def _ticks(pid: int) -> int:
    return sum(map(int, _fields(pid)[11:15]))  # utime, stime, cutime, cstime


def _fields(pid: int) -> list[str]:
    """The fields of `/proc/<pid>/stat` behind the name; none if it has ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
