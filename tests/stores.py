"""Stores for tests: SQLite in a new folder, and PostgreSQL, started here, where it is installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/local/pgsql/bin")


def programs():
    """The folder of PostgreSQL's programs; None where it is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    globs = (sorted(Path("/").glob(folder[1:] + "/initdb")) for folder in FOLDERS)
    return next((found[-1].parent for found in globs if found), None)


class Postgres:
    """A server of its own, that listens on a socket in a folder and nowhere else."""

    def __init__(self):
        # pytest's own folders are closed to other users, and root is refused
        self._user = "postgres" if os.geteuid() == 0 else None
        self._bin, self._folder = programs(), Path(tempfile.mkdtemp(prefix="atlas-"))
        folder = self._folder
        (folder / "socket").mkdir()
        if self._user:
            for path in (folder, folder / "socket"):
                shutil.chown(path, self._user)
        self._run("initdb", "-D", folder / "data", "-U", "atlas", "-A", "trust", "--no-sync")
        settings = f"-c listen_addresses= -c fsync=off -k {folder / 'socket'}"
        self._run(
            "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", settings, "start"
        )
        self.url = f"postgresql://atlas@/postgres?host={folder / 'socket'}"

    def stop(self):
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def _run(self, program, *arguments):
        as_user = {"user": self._user} if self._user else {}
        subprocess.run(
            [self._bin / program, *arguments],
            cwd=self._folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **as_user,
        )
