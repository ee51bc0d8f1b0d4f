"""What strangers send to the app's port, and an end in the middle of a request."""

import contextlib
import http.client
import os
import random
import signal
import socket
import threading
import time

import pytest
from test_serve import SECONDS, answer, ended, serving  # noqa: F401 - a fixture

PLAIN = "import streamlit as st\nst.title('Here')"
SLOW = """
import time
from pathlib import Path
here = Path(__file__).parent
if (here / "slow").exists():
    (here / "running").touch()
    while True:
        time.sleep(0.01)
"""
SECRETS = (b"root:", b"st.title('Here')", b"showErrorDetails")


@pytest.fixture
def running(serving):  # noqa: F811
    process, port = serving(PLAIN)
    assert "is at" in process.stdout.readline()
    return port


ADDRESSES = (
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2f..%2fetc/passwd",
    "//etc/passwd",
    "/static/../app.py",
    "/app/static/../app.py",
    "/app.py",
    "/.streamlit/config.toml",
    "/media/../app.py",
    "/component/x/../../app.py",
    "/_stcore/bidi-components/viz_core.kit/../../../app.py",
    "/_stcore/bidi-components/viz_core.kit/%2e%2e/%2e%2e/app.py",
    "/_stcore/bidi-components/viz_core.kit//etc/passwd",
)


def test_an_address_never_leads_out_of_what_is_served(running):
    for path in ADDRESSES:
        connection = http.client.HTTPConnection("127.0.0.1", running, timeout=SECONDS)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        assert not any(secret in body for secret in SECRETS), path


def test_garbage_on_its_sockets_does_not_end_it(running):
    dice = random.Random(0)
    upgrade = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: localhost:{running}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
    for n in range(20):
        garbage = dice.randbytes(2_000)
        with socket.create_connection(("127.0.0.1", running), timeout=SECONDS) as stranger:
            if n % 2:
                stranger.sendall(upgrade)
                stranger.recv(1_000)
                # a whole binary frame, masked with zeros: its content is garbage, not its form
                garbage = b"\x82\xfe" + len(garbage).to_bytes(2, "big") + bytes(4) + garbage
            with contextlib.suppress(OSError):
                stranger.sendall(garbage)
    assert answer(running, "GET", "/_stcore/health").status == 200
    assert answer(running, "GET", "/_stcore/script-health-check").status == 200


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_end_in_a_request_is_silent(serving, tmp_path, name):  # noqa: F811
    process, port = serving(SLOW)
    assert "is at" in process.stdout.readline()
    (tmp_path / "slow").touch()

    def ask():
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer(port, "GET", "/_stcore/script-health-check")

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    last = time.monotonic() + SECONDS
    while not (tmp_path / "running").exists() and time.monotonic() < last:
        time.sleep(0.01)
    os.kill(process.pid, getattr(signal, name))
    assert ended(process) == (0, "", "")
    asking.join(SECONDS)
