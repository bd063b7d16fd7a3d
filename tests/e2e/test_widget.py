"""The widget on customers' sites: quiet until it is opened, small, at home on hostile and on strict pages."""

import json
import re

import jwt
import pytest
from playwright.sync_api import FrameLocator, Page, Request, expect

from config.channels import Identity
from tests.e2e.conftest import Open, Website, script
from tests.running import SITE_KEYS, RunningSite, web_desk

HOSTILE = """<style>
* { all: unset !important; display: none !important; font-size: 3px !important; color: red !important; }
html, head, body { display: block !important; }
firstline-chat { position: static !important; opacity: 0 !important; transform: scale(.1) !important; }
button, iframe { display: none !important; width: 1px !important; }
body { overflow: hidden; filter: blur(4px); }
</style>"""


def launcher(page: Page) -> Page:
    """Waits for the launcher."""
    page.locator("firstline-chat button").wait_for()
    return page


def opened(page: Page) -> FrameLocator:
    """Opens the chat and waits for it."""
    page.locator("firstline-chat button").click()
    frame = page.frame_locator("firstline-chat iframe")
    expect(frame.locator("#text")).to_be_focused()
    return frame


def say(frame: FrameLocator, words: str) -> None:
    """Types words and sends them."""
    frame.locator("#text").fill(words)
    frame.locator("#text").press("Enter")


def test_a_customer_on_a_site_gets_an_answer(site: RunningSite, website: Website, open_page: Open) -> None:
    """One line in the page is enough."""
    frame = opened(open_page(website.add("/", f"<body><h1>Shop</h1>{script(site)}</body>")))
    say(frame, "What is my Wi-Fi password?")
    expect(frame.locator(".bot").filter(has_text="sticker")).to_be_visible()


def test_before_it_is_opened_nothing_happens(site: RunningSite, website: Website, open_page: Open) -> None:
    """One request for the launcher; no frame, no cookie, no storage, no connection."""
    address = website.add("/", f"<body>{script(site)}</body>")
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith(site.url) else None)
    page.goto(address)
    launcher(page).wait_for_load_state("networkidle")
    assert asked == [f"{site.url}/widget/loader.js"]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.locator("firstline-chat iframe").count() == 0


def size_of(request: Request) -> int:
    """Bytes of a response's body as they came over the wire."""
    return int(request.sizes()["responseBodySize"])


def test_the_budget_is_held(site: RunningSite, website: Website, open_page: Open) -> None:
    """The launcher takes one request and 3 kB; the open chat four more and 15 kB, in the language with most bytes."""
    address = website.add("/", f"<body>{script(site, 'data-lang=ru')}</body>")
    page = open_page("about:blank")
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request) if request.url.startswith(site.url) else None)
    page.goto(address)
    launcher(page).wait_for_load_state("networkidle")
    assert len(done) == 1
    assert size_of(done[0]) <= 3_000
    with page.expect_event("requestfinished", lambda _: len(done) == 5):
        opened(page)
    asked = [request.url.removeprefix(site.url).partition("?")[0] for request in done[1:]]
    assert sorted(asked) == ["/web/v1/session", "/widget/chat.css", "/widget/chat.js", "/widget/frame"]
    assert sum(size_of(request) for request in done[1:]) <= 15_000


def test_a_hostile_style_sheet_changes_nothing(site: RunningSite, website: Website, open_page: Open) -> None:
    """Whatever a page does to all elements, the launcher is where it should be and the chat opens."""
    page = open_page(website.add("/", f"<body><p>Shop</p>{script(site)}</body>", head=HOSTILE))
    box = page.locator("firstline-chat button").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (60, 60)
    frame = opened(page)
    say(frame, "marker")
    expect(frame.locator(".customer:not(.pending) .words")).to_have_text("marker")


def test_a_strict_policy_needs_two_words(site: RunningSite, website: Website, open_page: Open) -> None:
    """With `script-src` and `frame-src` alone, nothing is blocked."""
    policy = f"default-src 'none'; script-src {site.url}; frame-src {site.url}; require-trusted-types-for 'script'"
    frame = opened(open_page(website.add("/", f"<body>{script(site)}</body>", Content_Security_Policy=policy)))
    say(frame, "marker")
    expect(frame.locator(".customer:not(.pending) .words")).to_have_text("marker")


def test_a_site_that_is_not_listed_shows_no_chat(site: RunningSite, open_page: Open) -> None:
    """The browser refuses the frame, and nothing is said to the page around it."""
    stranger = Website()
    try:
        page = open_page(stranger.add("/", f"<body>{script(site)}</body>"), quiet=True)
        with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
            page.locator("firstline-chat button").click()
        assert page.frame_locator("firstline-chat iframe").locator("#text").count() == 0
    finally:
        stranger.stop()


def test_two_loaders_make_one_widget(site: RunningSite, website: Website, open_page: Open) -> None:
    """A page that names the script twice has one launcher."""
    page = launcher(open_page(website.add("/", f"<body>{script(site)}{script(site)}</body>")))
    page.wait_for_load_state("networkidle")
    assert page.locator("firstline-chat").count() == 1


def test_it_survives_a_page_that_swaps_its_body(site: RunningSite, website: Website, open_page: Open) -> None:
    """A single-page site replaces its body; the open chat stays as it is."""
    page = open_page(website.add("/", f"<body>{script(site)}</body>"))
    frame = opened(page)
    frame.locator("#text").fill("half a sentence")
    page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(frame.locator("#text")).to_have_value("half a sentence")
    page.evaluate("document.querySelector('firstline-chat').remove()")
    expect(frame.locator("#text")).to_be_focused()
    expect(page.locator("firstline-chat button")).to_be_visible()
    say(frame, "marker")
    expect(frame.locator(".customer:not(.pending) .words")).to_have_text("marker")
    page.evaluate("firstline.remove()")
    assert page.locator("firstline-chat").count() == 0
    assert page.evaluate("typeof window.firstline") == "undefined"


def test_pages_can_steer_it(site: RunningSite, website: Website, open_page: Open) -> None:
    """Open, ask, close, listen; an unknown name warns and breaks nothing."""
    head = "<script>addEventListener('firstline:ready', () => { window.heard = []; "
    head += "for (const name of ['ready', 'open', 'close', 'handoff']) firstline.on(name, () => heard.push(name)); })"
    page = launcher(open_page(website.add("/", f"<body>{script(site)}</body>", head=head + "</script>")))
    warned: list[str] = []
    page.on("console", lambda line: warned.append(line.text))
    page.evaluate("firstline.ask('What is my Wi-Fi password?')")
    frame = page.frame_locator("firstline-chat iframe")
    expect(frame.locator(".bot").filter(has_text="sticker")).to_be_visible()
    page.evaluate("firstline.set({ theme: 'dark' })")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    page.evaluate("firstline.set({ lang: 'et' })")
    expect(frame.locator("html")).to_have_attribute("lang", "et")
    expect(frame.locator("#text")).to_be_focused()
    frame.locator("header .person").click()
    expect(frame.locator(".state").first).to_be_visible()
    page.wait_for_function("heard.includes('handoff')")
    page.evaluate("firstline.close()")
    with page.expect_console_message():
        page.evaluate("firstline.explode(1, 2)")
    assert page.evaluate("heard") == ["ready", "open", "handoff", "close"]
    assert warned == ["firstline.explode does not exist"]


def test_unread_answers_are_counted_on_the_launcher(site: RunningSite, website: Website, open_page: Open) -> None:
    """What arrives while the chat is closed is shown as a number, also on the next page; opening clears it."""
    address = website.add("/", f"<body>{script(site)}</body>")
    page = open_page(address)
    opened(page)
    page.evaluate("firstline.ask('What is my Wi-Fi password?'); firstline.close()")
    badge = page.locator("firstline-chat b")
    expect(badge).to_have_text(re.compile("[12]"))
    page.goto(address)
    expect(badge).to_have_text(re.compile("[12]"))
    opened(page)
    expect(badge).to_have_text("")


def test_a_site_may_forbid_the_memory(site: RunningSite, website: Website, open_page: Open) -> None:
    """With `data-return="off"` the page keeps nothing, and the next one loads no frame."""
    address = website.add("/", f"<body>{script(site, 'data-return=off')}</body>")
    page = open_page(address)
    opened(page)
    assert page.evaluate("localStorage.length") == 0
    page.goto(address)
    launcher(page).wait_for_load_state("networkidle")
    assert page.locator("firstline-chat iframe").count() == 0


def test_on_a_phone_it_fills_the_screen_and_back_closes_it(
    site: RunningSite, website: Website, open_page: Open
) -> None:
    """Full screen, text that does not zoom, and the way back is the phone's own."""
    phone = {"viewport": {"width": 390, "height": 760}, "has_touch": True, "is_mobile": True}
    head = '<meta name="viewport" content="width=device-width">'
    page = open_page(website.add("/", f"<body>{script(site)}</body>", head=head), reduced_motion="reduce", **phone)
    frame = opened(page)
    box = page.locator("firstline-chat iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 760}
    assert frame.locator("#text").evaluate("field => parseFloat(getComputedStyle(field).fontSize)") >= 16
    page.go_back()
    expect(page.locator("firstline-chat iframe")).to_be_hidden()
    assert page.url == f"{website.url}/"


def test_it_is_not_printed(site: RunningSite, website: Website, open_page: Open) -> None:
    """On paper there is no launcher."""
    page = launcher(open_page(website.add("/", f"<body>{script(site)}</body>")))
    page.emulate_media(media="print")
    expect(page.locator("firstline-chat button")).to_be_hidden()


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#ffe600", "#1d4ed8", "#777777", "#b45309"])
def test_text_on_the_colour_can_be_read(site: RunningSite, website: Website, open_page: Open, color: str) -> None:
    """Whatever colour a page chooses, black or white stands on it, by contrast."""
    page = open_page(website.add("/", f"<body>{script(site, f'data-color={color}')}</body>"))
    frame = opened(page)
    for element in (page.locator("firstline-chat button"), frame.locator("#send")):
        assert (
            contrast(element.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")) >= 4.5
        )


def contrast(colors: list[str]) -> float:
    """The contrast ratio of WCAG 2.2 between two computed colours, the first of which is black or white."""
    ink = 0.0 if re.search(r"rgb\(0, 0, 0\)|lch\((0|-?\d.*e)|oklch\(0 |lab\(0", colors[0]) else 1.0
    parts = [int(part) / 255 for part in re.findall(r"\d+", colors[1])[:3]]
    ground = sum(
        share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
    )
    return (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05)


@pytest.fixture
def signing(site: RunningSite, website: Website) -> RunningSite:
    """The same desk, where the site says who is signed in."""
    site.current.swap(web_desk(origins=(website.url,), identity=Identity.SIGNED))
    site.services.secrets.update(SITE_KEYS)  # type: ignore[attr-defined]  # a plain dictionary in tests
    return site


def sign(site: RunningSite, subject: str) -> str:
    """What the site's server signs for a visitor."""
    claims = {"sub": subject, "name": subject.title(), "nonce": subject, "exp": int(site.clock.now().timestamp()) + 900}
    return jwt.encode(claims, SITE_KEYS["WIDGET_KEY"])


def test_another_person_at_the_same_browser_sees_nothing_of_the_first(
    signing: RunningSite, website: Website, open_page: Open
) -> None:
    """Signing out, or in as somebody else, clears the chat; who comes back finds his own."""
    page = open_page(website.add("/", f"<body>{script(signing)}</body>"))
    launcher(page)
    page.evaluate(f"firstline.identify({json.dumps(sign(signing, 'anna'))})")
    frame = opened(page)
    say(frame, "anna's words")
    expect(frame.locator(".customer:not(.pending) .words")).to_have_text("anna's words")
    page.evaluate("firstline.signOut()")
    expect(frame.locator(".customer")).to_have_count(0)
    page.evaluate(f"firstline.identify({json.dumps(sign(signing, 'boris'))})")
    say(frame, "boris's words")
    expect(frame.locator(".customer .words")).to_have_text("boris's words")
    page.evaluate("firstline.signOut()")
    page.reload()
    page.evaluate(f"firstline.identify({json.dumps(sign(signing, 'dora'))})")
    expect(opened(page).locator(".customer")).to_have_count(0)
