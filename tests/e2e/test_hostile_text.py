"""Text that has broken other chats, typed by customers and agents and written into answers: it stays text."""

import pytest
from playwright.sync_api import expect

from adapters.web.render import render_greeting, render_message
from adapters.web.site import site_of
from bot.model import Attachment, Audience, Author, AuthorKind, Choice, Message, MessageKind
from tests.e2e.conftest import Open
from tests.making import MONDAY, make_conversation
from tests.running import RunningSite
from tests.web.hostile import EVERYTHING

ALLOWED = {
    "a", "bdi", "br", "button", "code", "div", "em", "img", "li", "ol", "p", "path", "pre", "span", "strong", "svg",
    "time", "ul",
}  # fmt: skip
"""Elements that a message may consist of."""
WATCH_POLICY = """() => {
  window.broken = [];
  addEventListener("securitypolicyviolation", (event) => broken.push(event.violatedDirective));
}"""
KINDS = [MessageKind.CUSTOMER, MessageKind.ANSWER, MessageKind.AGENT, MessageKind.STATE]


def hostile(number: int, kind: MessageKind, text: str) -> Message:
    """A message that is hostile wherever a person or a file may put something into it."""
    return Message(
        number=number,
        audience=Audience.CUSTOMER,
        kind=kind,
        author=Author(kind=AuthorKind.AGENT, key="x", name=text),
        text=text,
        at=MONDAY,
        choices=(Choice(label=text), Choice(label=text, url="https://a.example/?" + text)),
        attachments=(Attachment(id="f" * 32, name=text, media_type=text, size=1, alt=text),),
        former=(text,),
        external_id=text,
        origin="web",
    )


def test_nothing_hostile_runs_in_the_chat(site: RunningSite, open_page: Open) -> None:
    """Every text, as words, name, label, file name and id, in every kind of message, stays text."""
    of = site_of(site.services)
    conversation = make_conversation()
    page = open_page(f"{site.url}/chat", quiet=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(WATCH_POLICY)
    shown = page.evaluate_handle("() => document.querySelector('#log').appendChild(document.createElement('section'))")
    for position, text in enumerate(EVERYTHING):
        parts = [
            render_message(hostile(position * 10 + at, kind, text), conversation, of, "en", by_cookie=False)
            for at, kind in enumerate(KINDS)
        ]
        shown.evaluate("(section, html) => { section.innerHTML = html }", "".join(parts))
        tags = shown.evaluate("section => [...new Set([...section.querySelectorAll('*')].map(e => e.localName))]")
        assert set(tags) <= ALLOWED, text
        wrong = shown.evaluate(
            "section => [...section.querySelectorAll('*')].flatMap(e => [...e.attributes])"
            ".filter(a => a.name.startsWith('on') || a.name === 'style' || a.name === 'srcdoc').map(a => a.name)"
        )
        assert wrong == [], text
        links = shown.evaluate("section => [...section.querySelectorAll('a')].map(a => a.protocol)")
        assert set(links) <= {"http:", "https:", "mailto:", "tel:"}, text
        assert shown.evaluate("section => section.querySelectorAll(':scope > .message').length") == len(KINDS), text
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(site.url) and not url.startswith("blob:")] == []
    assert page.evaluate("broken") == []


@pytest.mark.parametrize("text", EVERYTHING[::9], ids=range(len(EVERYTHING[::9])))
def test_hostile_words_come_back_as_they_were_typed(site: RunningSite, open_page: Open, text: str) -> None:
    """Sent through the chat, they stand there letter by letter."""
    page = open_page(f"{site.url}/chat")
    page.locator("#text").fill(text)
    typed = page.locator("#text").input_value()
    page.locator("#text").press("Enter")
    bubble = page.locator(".customer:not(.pending) .words")
    expect(bubble).to_have_count(1)
    kept = typed.strip().replace("\x00", "\ufffd")
    assert " ".join(bubble.inner_text().split()) == " ".join(kept.split())


def test_names_of_desk_and_bot_are_text_too(site: RunningSite) -> None:
    """The greeting's author is escaped like any other."""
    of = site_of(site.services)
    greeting = hostile(1, MessageKind.ANSWER, "<img src=x onerror=alert(1)>")
    assert "<img src=x" not in render_greeting(greeting, of, "en")
