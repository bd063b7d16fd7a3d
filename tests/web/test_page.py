"""The page of the chat without any script: a form, a cookie after the first message, and links."""

import re
from html import unescape

import httpx
import pytest

from tests.running import PATIENCE, RunningSite
from tests.web.conftest import Serve


class Reader:
    """Somebody with a browser that runs no scripts."""

    def __init__(self, site: RunningSite) -> None:
        self.http = httpx.Client(
            base_url=site.url, headers={"Origin": site.url}, follow_redirects=True, timeout=PATIENCE
        )
        self.page = self.http.get("/chat?lang=en")

    def send(self, **fields: str) -> httpx.Response:
        """Sends the form of the page as it is shown."""
        given = {"client_id": self.hidden} | fields
        self.page = self.http.post("/chat?lang=en", files={name: (None, value) for name, value in given.items()})
        return self.page

    @property
    def hidden(self) -> str:
        """The id that the page has given its form."""
        return self.page.text.split('name="client_id" value="')[1].split('"')[0]

    def button(self, label: str) -> str:
        """The value of a button on the page."""
        found = re.findall(rf'name="press" value="([^"]+)"[^>]*>{label}<', self.page.text)
        assert found, label
        return unescape(found[-1])

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()


def test_a_talk_needs_no_script(site: RunningSite) -> None:
    """Words and presses go by form, and the page that follows holds the answer."""
    with Reader(site) as anna:
        assert "support bot" in anna.page.text
        assert "sticker" in anna.send(text="What is my Wi-Fi password?").text
        assert "Glad to hear it" in anna.send(press=anna.button("Yes")).text
        assert "passed our whole chat" in anna.send(press="human").text


def test_the_cookie_comes_with_the_first_message(site: RunningSite) -> None:
    """Reading sets none; the first message sets one that no script can read."""
    with Reader(site) as anna:
        assert not anna.http.cookies
        sent = httpx.post(
            f"{site.url}/chat",
            files={"client_id": (None, anna.hidden), "text": (None, "hello")},
            headers={"Origin": site.url},
        )
        assert sent.status_code == 303
        assert "HttpOnly" in sent.headers["set-cookie"]
        assert "SameSite=lax" in sent.headers["set-cookie"]


def test_a_form_sent_twice_counts_once(site: RunningSite) -> None:
    """Reloading the page that a form led to sends nothing twice."""
    with Reader(site) as anna:
        client_id = anna.hidden
        anna.send(text="marker-once")
        page = anna.send(text="marker-once", client_id=client_id).text
        assert page.count("<p>marker-once</p>") == 1


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_of_another_page_is_refused(site: RunningSite, origin: str) -> None:
    """Only our own page may send it."""
    with Reader(site) as anna:
        anna.http.headers["Origin"] = origin
        assert anna.send(text="hello").status_code == 403


def test_what_cannot_be_taken_is_said_and_the_words_are_kept(serve: Serve) -> None:
    """A refusal shows the page again with its reason and what was typed."""
    with Reader(serve()) as anna:
        page = anna.send(text="x" * 16_001)
        assert page.status_code == 413
        assert "too long" in page.text
        assert "x" * 16_001 in page.text


@pytest.mark.parametrize(
    ("asked", "shown"), [("et", "et"), ("pt-BR,ru;q=0.8", "ru"), ("xx", "en"), ("", "en"), ("it-CH", "it")]
)
def test_the_page_speaks_the_reader_s_language(site: RunningSite, asked: str, shown: str) -> None:
    """The browser's languages choose, as far as the desk speaks them."""
    page = httpx.get(f"{site.url}/chat", headers={"Accept-Language": asked}).text
    assert f'<html lang="{shown}"' in page


def test_the_page_says_what_is_kept(site: RunningSite) -> None:
    """About this chat: what is stored, and for how long."""
    assert "365 days" in httpx.get(f"{site.url}/chat?lang=en").text
