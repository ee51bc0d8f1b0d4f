"""Start the app, warm it up, say where it is."""

from __future__ import annotations

import os
import platform
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser

from viz_core.errors import InputError
from viz_core.places import ROOT

START_SECONDS = 120


def serve(port: int, open_browser: bool) -> int:
    """Run the app until it is stopped.

    The script health check runs app.py once, so that imports and caches are warm and the first
    link into a page finds the table of pages.

    Returns:
        the server's exit status.

    Raises:
        InputError: the port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            raise InputError(
                f"Port {port} is taken. Choose another one: --port {port + 1}, "
                f"or PORT={port + 1} make run"
            ) from error
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    one_thread = {"OMP_NUM_THREADS": "1"}  # sessions run beside each other, not within each other
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, env=one_thread | os.environ
    )
    address = f"http://localhost:{port}"
    try:
        trouble = _warm_up(address, server)
        if trouble:
            print(f"The app did not start: {trouble}", file=sys.stderr)
            return 1
        print(f"Attention Atlas is at {address} (stop with Ctrl-C)", flush=True)
        if open_browser and _has_browser():
            webbrowser.open(address)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def _warm_up(address: str, server: subprocess.Popen[bytes]) -> str:
    """Ask for the script health check until it says ok; what is wrong, or nothing."""
    last = time.monotonic() + START_SECONDS
    while time.monotonic() < last:
        if server.poll() is not None:
            return f"the server ended with status {server.returncode}."
        try:
            with urllib.request.urlopen(f"{address}/_stcore/script-health-check", timeout=60):
                return ""
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError:
            time.sleep(0.2)
    return f"no answer after {START_SECONDS} seconds."


def _has_browser() -> bool:
    """Whether a window could open: not over ssh, not on a server without a screen."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    return platform.system() != "Linux" or any(os.environ.get(name) for name in screens)
