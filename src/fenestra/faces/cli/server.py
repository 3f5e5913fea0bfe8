"""Runs the one server process. Demo clinics listen on this machine only."""

from __future__ import annotations

import os
import socket
import threading

import uvicorn
from django.conf import settings

from fenestra.ground.book import logs
from fenestra.science.errors import Refused

APPLICATION = "fenestra.project.asgi:application"


def open_port(port: int) -> socket.socket:
    """The port, taken before the house wakes up; refuses one that is taken or not ours to take."""
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port left a moment ago may be taken again
    try:
        door.bind(("127.0.0.1" if settings.DEMO else "0.0.0.0", port))
    except OSError as fault:
        door.close()
        raise _not_to_be_had(port, fault) from fault
    return door


def _not_to_be_had(port: int, fault: OSError) -> Refused:
    other = port + 1 if port < 65535 else port - 1
    return Refused(
        f"Port {port} could not be opened ({os.strerror(fault.errno or 0)}); something else may be using it. "
        f"Try --port {other}."
    )


def run(port: int, door: socket.socket) -> None:
    """Serve on the opened port until interrupted."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    threading.excepthook = logs.of_threads
    config = uvicorn.Config(
        APPLICATION, port=port, log_config=None, log_level="warning", lifespan="on", timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    try:
        with door:
            server.run(sockets=[door])
    except OSError as fault:  # another program bound the same port in the same moment and was the first to listen
        raise _not_to_be_had(port, fault) from fault
    if not server.started:
        raise Refused("The server could not start. What stands above says why.")
