"""Addresses of this machine: which are its own, and whether the app can listen there."""

from __future__ import annotations

import errno
import socket
import struct
import sys

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WILDCARDS = ("0.0.0.0", "::")
SIOCGIFADDR = 0x8915  # Linux: the address of a network interface


def check_bind(host: str, port: int) -> None:
    """See that a server could listen there.

    Raises:
        OSError: what the system has against it.
    """
    _bind(host, port)
    if host in LOOPBACK + WILDCARDS:  # a browser may take "localhost" for either of them
        for other in ("127.0.0.1", "::1"):
            try:
                _bind(other, port)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise


def own_addresses() -> list[str]:
    """IPv4 addresses at which other machines may reach this one, the usual one first.

    The system's tables know them; no packet leaves for it.
    """
    candidates = [_default_address()]
    if sys.platform == "linux":
        candidates += [_interface_address(name) for _number, name in socket.if_nameindex()]
    return [a for a in dict.fromkeys(candidates) if a and not a.startswith("127.")]


def url(host: str, port: int) -> str:
    """What one types into a browser on this machine."""
    name = "localhost" if host in LOOPBACK + WILDCARDS else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def connectable(host: str) -> str:
    """The host to which a client on this machine connects."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _bind(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if sys.platform != "win32":  # there it would share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _default_address() -> str:
    """Where packets to far away would start."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # looks up the route and sends nothing
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _interface_address(name: str) -> str:
    import fcntl  # not on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            entry = fcntl.ioctl(probe, SIOCGIFADDR, struct.pack("256s", name.encode()))
        except OSError:  # it has none
            return ""
    return socket.inet_ntoa(entry[20:24])
