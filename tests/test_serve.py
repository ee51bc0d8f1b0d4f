"""`attention-atlas serve`: where it listens, what it says, and how it and its server end."""

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from viz_core import addresses, serve
from viz_core.cli import main
from viz_core.errors import InputError

ROOT = Path(__file__).parents[1]
SECONDS = 60  # until a test gives up; nothing that it compares depends on it

# Serves another app than ours, which starts within a second
SERVE = """
import sys
from pathlib import Path
from viz_core import serve
{before}
serve.ROOT = Path(sys.argv[1])
sys.exit(serve.serve("127.0.0.1", int(sys.argv[2]), False, ("https://moodle.example.edu",)))
"""
# Another process is quicker: it takes the port after the check, and answers like Streamlit
LOSE_THE_RACE = """
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
class Other(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
check = serve.check_bind
def lose(host, port):
    check(host, port)
    Thread(target=HTTPServer((host, port), Other).serve_forever, daemon=True).start()
serve.check_bind = lose
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(*command):
    """A process in a group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    )


def end(process):
    """Kill what a failed test left; an orphan of it may hold the pipes, so nothing is read."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()


@pytest.fixture
def serving(tmp_path):
    """Serves an app of one line, with our settings."""
    (tmp_path / ".streamlit").mkdir()
    settings = (ROOT / ".streamlit" / "config.toml").read_text("utf-8")
    (tmp_path / ".streamlit" / "config.toml").write_text(settings, "utf-8")
    processes = []

    def call(script, before=""):
        (tmp_path / "app.py").write_text(script)
        port = free_port()
        code = SERVE.format(before=before)
        processes.append(started("-c", code, str(tmp_path), str(port)))
        return processes[-1], port

    yield call
    for process in processes:
        end(process)


@pytest.fixture
def starting():
    """`attention-atlas serve`, and the process that it has just started for the app."""
    process = started("-m", "viz_core", "serve", "--no-browser", "--port", str(free_port()))
    child = child_of(process.pid)
    yield process, child
    end(process)


def child_of(pid):
    """The only child of a process, once it runs a program of its own."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        pytest.skip("needs Linux")
    own = Path(f"/proc/{pid}/cmdline").read_bytes()

    def program():
        for child in children.read_text().split():
            if Path(f"/proc/{child}/cmdline").read_bytes() not in (b"", own):
                return int(child)
        return None

    return wait_for(program, "a child")


def wait_for(thing, what):
    last = time.monotonic() + SECONDS
    while time.monotonic() < last:
        if found := thing():
            return found
        time.sleep(0.01)
    raise AssertionError(f"waited {SECONDS} s for {what}")


def ended(process):
    """Status, output and errors; they end when the last process that writes there has ended."""
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def answer(port, method, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request(method, path)
    found = connection.getresponse()
    found.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EADDRINUSE, "Port 80 is taken. Choose another one: --port 81, or PORT=81 make run"),
        (errno.EACCES, "Can't listen on 127.0.0.1, port 80: Permission denied. Choose a port"),
        (errno.EADDRNOTAVAIL, "Can't listen on 127.0.0.1, port 80: Cannot assign requested"),
    ],
)
def test_a_failed_bind_says_what_the_system_says(number, says, monkeypatch, capsys):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "bind", refuse)
    monkeypatch.setattr(sys, "argv", ["attention-atlas", "serve", "--port", "80"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert says in capsys.readouterr().err


def test_a_taken_port_is_taken_on_both_loopbacks():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError, match="is taken"):
            serve.serve("::1", other.getsockname()[1], False)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", ""])
def test_a_wrong_host_is_not_called_taken(host):
    with pytest.raises(InputError, match=r"0\.0\.0\.0") as error:
        serve.serve(host, free_port(), False)
    assert "taken" not in str(error.value)


@pytest.mark.parametrize("origin", ["https://a.edu; script-src *", "https://a.edu\r\nx: y", ""])
def test_a_wrong_origin_puts_nothing_into_a_header(origin):
    with pytest.raises(InputError, match="is not an origin"):
        serve.serve("127.0.0.1", free_port(), False, (origin,))


def test_the_address_that_others_can_type(monkeypatch):
    monkeypatch.setattr(serve, "own_addresses", lambda: ["192.0.2.5", "198.51.100.1"])
    here = "Attention Atlas is at http://localhost:8501 (stop with Ctrl-C)"
    assert serve._where("127.0.0.1", 8501) == here
    assert serve._where("0.0.0.0", 8501).splitlines() == [
        here,
        "Other machines reach it at http://192.0.2.5:8501 or http://198.51.100.1:8501",
    ]
    assert "http://192.0.2.5:8501 " in serve._where("192.0.2.5", 8501)


def test_own_addresses_are_this_machines():
    for address in addresses.own_addresses():
        assert not address.startswith("127.")
        addresses.check_bind(address, 0)


def test_a_page_that_fails_is_read_on_standard_error(serving):
    process, _port = serving("print('chatter')\nraise RuntimeError('a page failed')")
    status, out, err = ended(process)
    assert status == 1
    assert out == ""
    assert "The app did not start: app.py failed (error); the lines above say why." in err
    assert "Traceback" in err
    assert "RuntimeError: a page failed" in err
    assert "chatter" not in err


def test_it_serves_this_machine_with_headers_and_says_how_its_server_ended(serving):
    process, port = serving("import streamlit as st\nst.title('Here')")
    assert process.stdout.readline() == (
        f"Attention Atlas is at http://localhost:{port} (stop with Ctrl-C)\n"
    )
    for path in ("/", "/attention", "/_stcore/health"):
        found = answer(port, "GET", path)
        assert found.status == 200
        assert found.headers["Content-Security-Policy"] == (
            "frame-ancestors 'self' https://moodle.example.edu"
        )
        assert found.headers["X-Content-Type-Options"] == "nosniff"
        assert found.headers["Referrer-Policy"] == "same-origin"
    assert answer(port, "PUT", "/_stcore/upload_file/session/file").status == 404
    for address in addresses.own_addresses():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, port), timeout=SECONDS)
    os.kill(child_of(process.pid), signal.SIGKILL)
    status, out, err = ended(process)
    assert status == 128 + signal.SIGKILL
    assert out == ""
    assert err == "The app ended: the server was ended by signal 9 (Killed).\n"


def test_another_server_on_the_port_is_not_ours(serving):
    process, port = serving("", LOSE_THE_RACE)
    status, out, err = ended(process)
    assert status == 1
    assert out == ""
    assert f"Port {port} is not available" in err
    assert "The app did not start: the server ended with status 1." in err


@pytest.mark.parametrize("name", ["SIGHUP", "SIGKILL"])
def test_its_server_ends_with_it(starting, name):
    process, _child = starting
    process.send_signal(getattr(signal, name))
    status, out, err = ended(process)
    assert status == (0 if name == "SIGHUP" else -signal.SIGKILL)
    assert (out, err) == ("", "")


def test_ctrl_c_in_the_first_seconds_is_silent(starting):
    process, child = starting
    maps = Path(f"/proc/{child}/maps")
    wait_for(lambda: "numpy" in maps.read_text(), "the middle of the imports")
    assert os.getpgid(child) != os.getpgid(process.pid)  # the terminal's Ctrl-C is not for it
    os.killpg(process.pid, signal.SIGINT)
    assert ended(process) == (0, "", "")


def test_a_server_killed_at_its_start(starting):
    process, child = starting
    os.kill(child, signal.SIGKILL)
    says = "The app did not start: the server was ended by signal 9 (Killed).\n"
    assert ended(process) == (1, "", says)


@pytest.mark.parametrize("arguments", [[], ["evaluate"]])
def test_a_bare_command_prints_its_help_as_it_stands(arguments, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["attention-atlas", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Usage:")
    assert "Commands:" in lines
