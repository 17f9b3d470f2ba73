"""`--web`: the dashboard in a browser of this machine, through textual-serve.

Nobody else gets in: it listens on loopback only, the address it prints holds a secret, and a request must come under the
name it was opened with, so that no other page in the browser and no other user of the machine can press its keys.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import shlex
import subprocess
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from marketwatch.commands.asking import note
from marketwatch.commands.setup import configuration, database, database_path
from marketwatch.errors import UsageError

if TYPE_CHECKING:
    from aiohttp import web
    from textual_serve.server import Server

_HOST = "127.0.0.1"
_COOKIE = "marketwatch"


def run(args: Namespace) -> int:
    try:
        import textual_serve.server  # noqa: F401
    except ModuleNotFoundError as error:
        raise UsageError("--web needs textual-serve: install it with pip install 'smartphone-marketwatch[web]'") from error
    # Read once here, so that a mistake is told in the terminal and not in a black page.
    os.environ["MARKETWATCH_CONFIG"] = str(configuration(args).path)
    database(args).close()
    os.environ["MARKETWATCH_DB"] = database_path(args)
    secret = secrets.token_urlsafe(24)
    note(f"the dashboard is at http://{_HOST}:{args.port}/?key={secret} until ctrl-c")
    make_server(args.port, secret).serve()
    return 0


def make_server(port: int, secret: str) -> Server:
    """textual-serve's server, closed to everybody without the secret."""
    from textual_serve.server import Server

    class Guarded(Server):
        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(guard(port, secret))
            return app

        def initialize_logging(self) -> None:
            """Textual-serve would write every request to the terminal, with the secret in it."""
            logging.getLogger("textual-serve").setLevel(logging.ERROR)

        async def on_startup(self, app: web.Application) -> None:
            """Textual-serve would print the command; the address is printed already."""

    return Guarded(command(), host=_HOST, port=port, title="marketwatch", public_url=f"http://{_HOST}:{port}")


def command() -> str:
    """What textual-serve gives to a shell: nothing of it comes from arguments, which go through the environment."""
    words = [sys.executable, "-m", "marketwatch"]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


def guard(port: int, secret: str) -> Callable[..., Awaitable[web.StreamResponse]]:
    """A middleware that lets in who has the secret, by its own name and from its own page."""
    from aiohttp import web

    ours = {f"{name}:{port}" for name in (_HOST, "localhost")}

    # Textual-serve's page asks Google for a font: nothing is to be loaded from anywhere else.
    policy = (
        f"default-src 'self' 'unsafe-inline'; connect-src 'self' ws://{_HOST}:{port}; img-src 'self' data:; "
        "font-src 'self' data:; frame-ancestors 'none'"
    )

    @web.middleware
    async def guarded(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        # Another name means that some site lets its own name point at this machine.
        if request.host not in ours or (origin is not None and origin not in {f"http://{name}" for name in ours}):
            raise web.HTTPForbidden(text="marketwatch answers to its own page only")
        given = request.query.get("key", "")
        if given and hmac.compare_digest(given.encode(), secret.encode()):
            answer: web.StreamResponse = web.Response(
                status=303, headers={"Location": "/"}
            )  # so that the secret does not stay in the address bar
            answer.set_cookie(_COOKIE, secret, httponly=True, samesite="Strict")
            return answer
        if not hmac.compare_digest(request.cookies.get(_COOKIE, "").encode(), secret.encode()):
            raise web.HTTPForbidden(text="open the address that 'marketwatch --web' printed: it holds the key")
        answer = await handler(request)
        if not answer.prepared:
            answer.headers["Content-Security-Policy"] = policy
        return answer

    return guarded
