"""The chat for everybody: by axe in light, dark and mirrored, by keyboard alone, large, narrow and without motion."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from tests.e2e.conftest import Open, Website, script
from tests.running import RunningSite

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Page) -> list[str]:
    """What axe finds, level A, AA and good practice."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}}).response
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


def say(page: Page | FrameLocator, words: str) -> None:
    """Types words and sends them."""
    page.locator("#text").fill(words)
    page.locator("#text").press("Enter")


def talk(page: Page) -> None:
    """Brings everything onto the screen that there is: answers, buttons, a file, a withdrawn message, a state line."""
    say(page, "What is my Wi-Fi password?")
    page.get_by_role("button", name="Yes", exact=True).click()
    say(page, "my internet is down")
    expect(page.locator(".bot").filter(has_text="Let's go through it")).to_be_visible()
    page.locator("#file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"words"})
    expect(page.locator("#files progress")).to_have_count(0)
    say(page, "a file")
    message = page.locator(".customer:not(.pending)").first
    message.locator(".words").click()
    message.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".withdrawn")).to_have_count(1)
    page.locator("header .person").click()
    expect(page.locator(".state").first).to_be_visible()


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_whole_talk(site: RunningSite, open_page: Open, scheme: str, direction: str) -> None:
    """0 findings in light and dark, left to right and mirrored, with the menu closed and open."""
    page = open_page(f"{site.url}/chat", color_scheme=scheme, viewport={"width": 420, "height": 800})
    page.evaluate("direction => document.documentElement.dir = direction", direction)
    assert findings(page) == []
    talk(page)
    assert findings(page) == []
    page.locator("summary").click()
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_around_the_chat(site: RunningSite, open_page: Open, scheme: str) -> None:
    """The demo page with its launcher, the frame inside it, and the page without script."""
    page = open_page(f"{site.url}/demo", color_scheme=scheme, reduced_motion="reduce")
    page.locator("firstline-chat button").click()
    frame = page.frame_locator("firstline-chat iframe")
    expect(frame.locator("#text")).to_be_focused()
    say(frame, "hello")
    expect(frame.locator(".bot").filter(has_text="Hello")).to_be_visible()
    assert findings(page) == []
    inner: Any = page.frames[1]
    assert findings(inner) == []


def test_everything_can_be_done_by_keyboard(site: RunningSite, website: Website, open_page: Open) -> None:
    """A walk without a mouse: open, ask, choose, attach, find the menu, call a person, close, and be where one was."""
    page = open_page(website.add("/", f"<body><a href=#>Shop</a>{script(site)}</body>"))
    page.locator("firstline-chat button").wait_for()
    keys = page.keyboard
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    frame = page.frame_locator("firstline-chat iframe")
    focused = frame.locator(":focus")
    expect(frame.locator("#text")).to_be_focused()
    keys.type("What is my Wi-Fi")
    keys.press("Shift+Enter")
    keys.type("password?")
    keys.press("Enter")
    expect(frame.locator(".customer:not(.pending)")).to_have_count(1)
    expect(frame.get_by_role("button", name="Yes", exact=True)).to_be_visible()
    expect(frame.locator("#text")).to_have_value("")
    for _ in range(12):
        keys.press("Shift+Tab")
        if focused.get_attribute("name") == "press":
            break
    labels = frame.locator(".choices").last.locator("button").all_inner_texts()
    keys.press("ArrowLeft")
    expect(focused).to_have_text(labels[-2])
    while focused.inner_text() != "Yes":
        keys.press("ArrowRight")
    keys.press("Enter")
    expect(frame.locator(".chosen")).to_have_text("Chosen: Yes")
    expect(frame.locator("#text")).to_be_focused()
    keys.press("Shift+Tab")
    expect(frame.locator("#file")).to_be_focused()
    for name in ("Menu", "Talk to a human"):
        while focused.get_attribute("aria-label") != name and focused.inner_text() != name:
            keys.press("Shift+Tab")
    keys.press("Enter")
    expect(frame.locator(".state").first).to_contain_text("passed our whole chat")
    keys.press("Tab")
    keys.press("Enter")
    expect(frame.locator(".menu > div")).to_be_visible()
    keys.press("Escape")
    expect(frame.locator(".menu > div")).to_be_hidden()
    keys.press("Escape")
    expect(page.locator("firstline-chat iframe")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "FIRSTLINE-CHAT"


def test_enter_sends_nothing_while_letters_are_composed(site: RunningSite, open_page: Open) -> None:
    """An input method's Enter chooses a letter."""
    page = open_page(f"{site.url}/chat")
    page.locator("#text").fill("にほん")
    page.locator("#text").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert page.locator(".customer").count() == 0
    expect(page.locator("#text")).to_have_value("にほん")


@pytest.mark.parametrize(("width", "letters"), [(320, 16), (640, 32), (1280, 32)])
def test_nothing_is_cut_off_when_narrow_or_large(site: RunningSite, open_page: Open, width: int, letters: int) -> None:
    """At 320 pixels, and at 200 % text, everything is there without scrolling sideways."""
    page = open_page(f"{site.url}/chat", viewport={"width": width, "height": 700})
    page.evaluate("letters => document.documentElement.style.fontSize = letters + 'px'", letters)
    talk(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#log").evaluate("log => log.scrollWidth <= log.clientWidth")
    for button in page.locator("header > button, header summary, #send").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert min(box["width"], box["height"]) >= 24


def test_motion_is_off_for_who_asks(site: RunningSite, open_page: Open) -> None:
    """The typing dots stand still."""
    page = open_page(f"{site.url}/chat", reduced_motion="reduce")
    page.locator("#typing").evaluate("typing => typing.hidden = false")
    assert page.locator("#typing i").first.evaluate("dot => getComputedStyle(dot).animationName") == "none"


@pytest.mark.parametrize(("words", "direction"), [("שלום, יש בעיה", "rtl"), ("hello", "ltr")])
def test_each_message_runs_its_own_way(site: RunningSite, open_page: Open, words: str, direction: str) -> None:
    """A message in a script that runs from the right does so, whatever the page does."""
    page = open_page(f"{site.url}/chat")
    say(page, words)
    bubble = page.locator(".customer:not(.pending) .words")
    expect(bubble).to_have_text(words)
    assert bubble.evaluate("bubble => getComputedStyle(bubble).direction") == direction
