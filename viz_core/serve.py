"""Start the app, warm it up, say where it is."""

from __future__ import annotations

import errno
import os
import platform
import re
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

from viz_core.addresses import WILDCARDS, check_bind, connectable, own_addresses, url
from viz_core.app_server import LISTENS
from viz_core.errors import InputError
from viz_core.places import ROOT

Server = subprocess.Popen[bytes]

STOPS = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one: the terminal was closed
ORIGIN = re.compile(r"[\w.*:/\[\]-]+")  # no space, comma or semicolon: they would end it


def serve(host: str, port: int, open_browser: bool, embedders: Sequence[str] = ()) -> int:
    """Run the app until it is stopped.

    The script health check runs app.py once, so that imports and caches are warm and the first
    link into a page finds the table of pages.

    Args:
        embedders: origins of sites that may show the app in a frame.

    Returns:
        the server's exit status; 128 and the signal's number if a signal ended it.

    Raises:
        InputError: the app can't listen there, or an origin is none.
    """
    for origin in embedders:
        if not ORIGIN.fullmatch(origin):
            raise InputError(f"{origin!r} is not an origin such as https://moodle.example.edu.")
    _check_address(host, port)
    _obey_signals()
    try:
        with _started(host, port, embedders) as server:
            trouble = _warm_up(host, port, server)
            if trouble:
                print(f"The app did not start: {trouble}", file=sys.stderr)
                return 1
            print(_where(host, port), flush=True)
            if open_browser and _has_browser():
                webbrowser.open(url(host, port))
            status = server.wait()
            print(f"The app ended: {_ending(status)}", file=sys.stderr)
            return status if status >= 0 else 128 - status
    except KeyboardInterrupt:
        return 0


def _check_address(host: str, port: int) -> None:
    if not host:
        raise InputError("The host is empty. Give 127.0.0.1, or 0.0.0.0 for all addresses.")
    try:
        check_bind(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else port - 1
            raise InputError(
                f"Port {port} is taken. Choose another one: --port {other}, "
                f"or PORT={other} make run"
            ) from error
        advice = "Give an address of this machine: --host 127.0.0.1, or 0.0.0.0 for all of them."
        if error.errno in (errno.EACCES, errno.EPERM):
            advice = "Choose a port from 1024 on: --port 8501"
        raise InputError(f"Can't listen on {host}, port {port}: {error.strerror}. {advice}") from (
            error
        )


def _obey_signals() -> None:
    """End alike however one is asked to; what `nohup` or a background shell ignores stays so."""
    for name in STOPS:
        number = getattr(signal, name, None)  # Windows has fewer
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(_number: int, _frame: Any) -> None:
    for name in STOPS:
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)  # an impatient second one would print a traceback
    raise KeyboardInterrupt


@contextmanager
def _started(host: str, port: int, embedders: Sequence[str]) -> Iterator[Server]:
    """The app's process, which ends with this one.

    Its standard error is ours: tracebacks of pages and warnings are read there.
    """
    arguments = [str(ROOT / "app.py"), host, str(port), *embedders]
    server = subprocess.Popen(
        [sys.executable, "-m", "viz_core.app_server", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"OMP_NUM_THREADS": "1"} | os.environ,  # sessions run beside each other
        start_new_session=True,  # Ctrl-C is ours alone
    )
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def _warm_up(host: str, port: int, server: Server) -> str:
    """Wait until the server listens and ask it to run the app once; what is wrong, or nothing."""
    assert server.stdout is not None
    if server.stdout.readline() != LISTENS:
        return _ending(server.wait())
    connection = HTTPConnection(connectable(host), port)
    try:
        connection.request("GET", "/_stcore/script-health-check")
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException):
        return _ending(server.wait())
    finally:
        connection.close()
    return "" if answer.status == 200 else f"app.py failed ({text}); the lines above say why."


def _ending(status: int) -> str:
    if status < 0:
        return f"the server was ended by signal {-status} ({signal.strsignal(-status)})."
    return f"the server ended with status {status}."


def _where(host: str, port: int) -> str:
    """Where the app is, and for whom."""
    line = f"Attention Atlas is at {url(host, port)} (stop with Ctrl-C)"
    if host not in WILDCARDS:
        return line
    urls = " or ".join(url(address, port) for address in own_addresses())
    return f"{line}\nOther machines reach it at {urls or 'no address: this one has no network'}"


def _has_browser() -> bool:
    """Whether a window could open: not over ssh, not on a server without a screen."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    return platform.system() != "Linux" or any(os.environ.get(name) for name in screens)
