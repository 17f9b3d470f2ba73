"""`--web`: who gets in, and that nothing of the command line reaches a shell."""

from __future__ import annotations

import subprocess
import sys

import pytest

from marketwatch.cli import main
from marketwatch.commands import web

pytest.importorskip("textual_serve")
from aiohttp import ClientSession, CookieJar, WSMsgType
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


async def test_the_page_and_the_dashboard_answer_who_has_the_key(server: TestServer) -> None:
    address = f"http://127.0.0.1:{server.port}"
    async with ClientSession(cookie_jar=jar()) as browser:
        async with browser.get(f"{address}/?key=secret") as page:
            assert page.status == 200
            assert page.url.query_string == ""
            text = await page.text()
            assert f"ws://127.0.0.1:{server.port}/ws" in text
            assert "secret" not in text
        async with browser.ws_connect(f"{address}/ws?width=100&height=30", origin=address) as socket:
            seen = b""
            while b"1 Timeline" not in seen:
                message = await socket.receive(60)
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
