"""`--web`: who gets in, and that nothing of the command line reaches a shell."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest

from marketwatch.cli import main
from marketwatch.commands import web

pytest.importorskip("textual_serve")
from aiohttp import ClientConnectorError, ClientSession, CookieJar, WSMsgType
from aiohttp.test_utils import TestServer, unused_port


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> object:
    monkeypatch.setenv("MARKETWATCH_DB", f"{tmp_path}/web.sqlite3")
    port = unused_port()
    served = TestServer(await web.make_server(port, "secret")._make_app(), host="127.0.0.1", port=port)
    await served.start_server()
    yield served
    await served.close()


def jar() -> CookieJar:
    return CookieJar(unsafe=True)  # cookies for an address made of numbers


async def test_the_page_and_the_dashboard_answer_who_has_the_key(tmp_path: Path) -> None:
    port = unused_port()
    command = [sys.executable, "-m", "marketwatch", "--web", "--port", str(port), "--db", str(tmp_path / "web.sqlite3")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:  # noqa: ASYNC220 - it goes on beside us
        try:
            assert running.stderr is not None
            told = re.search(r"http://127.0.0.1:\d+/\?key=[\w-]+", await asyncio.to_thread(running.stderr.readline))
            assert told is not None
            await look(told[0], f"http://127.0.0.1:{port}")
            children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
            for _ in range(1200):
                if not children.exists() or not children.read_text().strip():
                    break
                await asyncio.sleep(0.05)
            assert not children.exists() or not children.read_text().strip(), "the dashboard outlives its page"
        finally:
            running.terminate()
        assert running.wait(60) == 0


async def look(told: str, address: str) -> None:
    """As a browser does: the page, then its socket until the dashboard is painted."""
    async with ClientSession(cookie_jar=jar()) as browser:
        for _ in range(1200):
            try:
                page = await browser.get(told)
                break
            except ClientConnectorError:  # told a moment before it listens
                await asyncio.sleep(0.05)
        assert page.status == 200
        assert page.url.query_string == ""
        text = await page.text()
        assert f"{address.replace('http', 'ws')}/ws" in text
        assert told.partition("key=")[2] not in text
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        async with browser.ws_connect(f"{address}/ws?width=100&height=30", origin=address) as socket:
            seen = b""
            while b"1 Timeline" not in seen:
                message = await socket.receive(100)
                assert message.type is not WSMsgType.CLOSED, seen[-500:]
                seen += message.data if message.type is WSMsgType.BINARY else b""


@pytest.mark.parametrize("path", ["/", "/?key=wrong", "/ws", "/static/css/xterm.css", "/download/x"])
async def test_nobody_gets_in_without_the_key(server: TestServer, path: str) -> None:
    async with ClientSession() as other, other.get(f"http://127.0.0.1:{server.port}{path}") as answer:
        assert answer.status == 403
        assert "holds the key" in await answer.text()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example:8000"}, {"Host": "evil.example"}]
)
async def test_another_page_of_the_browser_does_not_get_in(server: TestServer, headers: dict[str, str]) -> None:
    cookies = {"marketwatch": "secret"}
    for path in ("/", "/ws", "/?key=secret"):
        browser = ClientSession(cookies=cookies, cookie_jar=jar())
        async with browser, browser.get(f"http://127.0.0.1:{server.port}{path}", headers=headers) as answer:
            assert answer.status == 403


def test_what_the_shell_gets_holds_no_argument(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    given: list[str] = []

    class Server:
        def serve(self) -> None:
            given.append(web.command())

    monkeypatch.setattr(web, "make_server", lambda port, secret: Server())
    monkeypatch.setenv("MARKETWATCH_DB", "")
    monkeypatch.setenv("MARKETWATCH_CONFIG", "")
    name = f"{tmp_path}/$(touch pwned);`touch pwned` 'x' & y.sqlite3"
    assert main(["--web", "--db", name]) == 0
    assert given == [f"{sys.executable} -m marketwatch"]


def test_web_goes_with_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--web", "poll"])
    assert "not with 'poll'" in capsys.readouterr().err


def test_it_listens_on_this_machine_only() -> None:
    assert web.make_server(8000, "x").host == "127.0.0.1"


def test_without_textual_serve_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['textual_serve'] = None; from marketwatch.cli import main; sys.exit(main(['--web']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'smartphone-marketwatch[web]'" in done.stderr
