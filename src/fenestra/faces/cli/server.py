"""Runs the one server process. Demo clinics listen on this machine only."""

from __future__ import annotations

import uvicorn
from django.conf import settings

from fenestra.science.errors import Refused

APPLICATION = "fenestra.project.asgi:application"


def run(port: int) -> None:
    """Serve until interrupted; refuses a port that is taken."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    host = "127.0.0.1" if settings.DEMO else "0.0.0.0"
    config = uvicorn.Config(
        APPLICATION, host=host, port=port, log_level="warning", lifespan="on", timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    try:
        server.run()
    except SystemExit as ended:
        if ended.code:
            raise Refused(
                f"Port {port} could not be opened; something else may be using it. Try --port {port + 1}."
            ) from ended
