"""The app in one process, or in several behind nginx, with a store of their own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from served import ROOT, Server

STORE = "ATTENTION_ATLAS_STORE"
SETTINGS = ROOT / "docs" / "nginx.conf"
WHOLE = """
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


@contextmanager
def served(n_processes: int, store: str | None) -> Iterator[str]:
    """The address of the app; it ends with this.

    Args:
        store: a URL; by default a SQLite file that goes, too.

    Raises:
        FileNotFoundError: several processes are asked for, and nginx is not installed.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atlas-")))
        before = os.environ.get(STORE)
        os.environ[STORE] = store or f"sqlite:///{folder / 'store.sqlite3'}"
        stack.callback(_put_back, before)
        ports = []
        for _n in range(n_processes):
            server = Server()
            stack.callback(server.stop)
            ports.append(server.port)
        if n_processes == 1:
            yield f"http://127.0.0.1:{ports[0]}"
            return
        yield stack.enter_context(_behind_nginx(folder, ports))


@contextmanager
def _behind_nginx(folder: Path, ports: list[int]) -> Iterator[str]:
    """nginx with the settings of docs/nginx.conf, on a free port."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise FileNotFoundError("several processes need nginx, which is not installed here")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servers = "\n".join(f"    server 127.0.0.1:{one};" for one in ports)
    site = re.sub(
        r"(?:^ +server 127\.0\.0\.1:\d+;\n?)+", servers + "\n", SETTINGS.read_text(), flags=re.M
    )
    site = site.replace("listen 80;", f"listen 127.0.0.1:{port};")
    settings = folder / "nginx.conf"
    settings.write_text(WHOLE.format(folder=folder, site=site))
    process = subprocess.Popen([program, "-c", settings, "-g", "daemon off;"])
    try:
        for _n in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _put_back(before: str | None) -> None:
    if before is None:
        os.environ.pop(STORE, None)
    else:
        os.environ[STORE] = before
