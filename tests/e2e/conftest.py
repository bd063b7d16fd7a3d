"""A real browser, a real server, and a customer's website on another origin."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect, sync_playwright

from tests.running import RunningSite, web_desk

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 60_000
"""How long a page is given to show what it must; only a test that fails waits so long."""
expect.set_options(timeout=PATIENCE_MS)

Open = Callable[..., Page]


class Website:
    """A customer's website: pages and their headers, on an origin of its own."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        website = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Sends a page."""
                html, headers = website.pages.get(self.path.partition("?")[0], ("", {}))
                self.send_response(200)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    def add(self, path: str, body: str, head: str = "", **headers: str) -> str:
        """Puts a page up; returns its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (f"<!doctype html><html lang=en><head><title>Shop</title>{head}</head>{body}</html>", named)
        return self.url + path

    def stop(self) -> None:
        """Takes it down."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for one module: its event loop must not run while tests of other modules await."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture
def website() -> Iterator[Website]:
    """A customer's website."""
    running = Website()
    yield running
    running.stop()


@pytest.fixture
def site(tmp_path: Path, website: Website) -> Iterator[RunningSite]:
    """The example desk, whose chat that website may show."""
    with RunningSite(tmp_path, web_desk(origins=(website.url,), color="#b45309")) as running:
        yield running


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens pages, each in a browser profile of its own unless one is given; any error on a page fails the test."""
    wrong: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note(line: ConsoleMessage) -> None:
        if line.type == "error":
            wrong.append(f"console: {line.text}")

    with ExitStack() as stack:

        def new_page(url: str, *, context: BrowserContext | None = None, quiet: bool = False, **options: Any) -> Page:
            if context is None:
                context = browser.new_context(**({"locale": "en-GB"} | options))
                stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("dialog", dismiss)
            page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
            if not quiet:
                page.on("console", note)
            page.goto(url)
            return page

        yield new_page
    assert wrong == []


def script(site: RunningSite, attributes: str = "") -> str:
    """The line that a site puts into its pages."""
    return f'<script async src="{site.url}/widget/loader.js" {attributes}></script>'
