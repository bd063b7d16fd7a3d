"""The chat in a browser: every message once, nothing lost without a connection, and usable by keyboard and ear."""

import asyncio
import re
import secrets

from playwright.sync_api import APIResponse, Page, Route, expect

from bot.model import Address, Body, Commanded, Deleted, Event, Said
from tests.e2e.conftest import Open
from tests.making import make_agent
from tests.running import PATIENCE, RunningSite


def say(page: Page, words: str) -> None:
    """Types words and sends them."""
    page.locator("#text").fill(words)
    page.locator("#text").press("Enter")


def wait_until_received(page: Page) -> None:
    """Waits until the page knows that the server has everything."""
    page.wait_for_function("() => localStorage.getItem('firstline-outbox') === '[]'")


def look_until(page: Page, words: str) -> None:
    """Asks for new messages, as a page without script must, until these words stand there."""
    while page.locator(".customer").filter(has_text=words).count() == 0:
        page.get_by_role("link", name="Check for new messages").click()


def bubbles(page: Page) -> list[str]:
    """The customer's own words as they stand on the screen."""
    return page.locator(".customer .words").all_inner_texts()


def test_a_talk_in_the_browser(site: RunningSite, open_page: Open) -> None:
    """A question gets its answer, a button is used up, and a person is told of."""
    page = open_page(f"{site.url}/chat")
    say(page, "What is my Wi-Fi password?")
    expect(page.locator(".bot").filter(has_text="sticker")).to_be_visible()
    expect(page.locator(".customer time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator(".chosen")).to_have_text("Chosen: Yes")
    expect(page.locator(".bot").filter(has_text="Glad to hear it")).to_be_visible()
    expect(page.get_by_role("button", name="Yes", exact=True)).to_have_count(0)
    page.locator("header").get_by_role("button", name="Talk to a human").click()
    expect(page.locator(".state").filter(has_text="passed our whole chat")).to_be_visible()


def test_words_without_a_connection_wait_and_go_once(site: RunningSite, open_page: Open) -> None:
    """Offline words are marked, survive a reload, go in order when the connection is back, and stand once."""
    page = open_page(f"{site.url}/chat", quiet=True)
    say(page, "first")
    expect(page.locator(".customer:not(.pending)")).to_have_count(1)
    page.context.set_offline(True)
    say(page, "second")
    say(page, "third")
    expect(page.locator(".pending .mark").first).to_have_text("Not sent yet")
    page.route("**/web/v1/messages", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    expect(page.locator(".pending")).to_have_count(2)
    page.unroute("**/web/v1/messages")
    page.wait_for_function("() => dispatchEvent(new Event('online')) && !document.querySelector('.pending')")
    assert bubbles(page) == ["first", "second", "third"]


def test_a_second_tab_follows_from_the_first_word(site: RunningSite, open_page: Open) -> None:
    """A tab that was opened before anything was said shows what is said in the other one."""
    one = open_page(f"{site.url}/chat")
    two = open_page(f"{site.url}/chat", context=one.context)  # also before the first one knows who it is
    say(one, "What is my Wi-Fi password?")
    expect(two.locator(".bot").filter(has_text="sticker")).to_be_visible()
    expect(two.locator("#greeting")).to_have_count(0)


def test_what_follows_a_press_is_in_sight(site: RunningSite, open_page: Open) -> None:
    """On a phone a long answer is read from its top; after a press the view goes on, and not back up to it."""
    page = open_page(f"{site.url}/chat", viewport={"width": 360, "height": 560})
    say(page, "What is my Wi-Fi password?")
    expect(page.locator(".customer")).to_be_in_viewport()
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator(".bot").filter(has_text="Glad to hear it")).to_be_in_viewport()
    expect(page.locator(".bot").filter(has_text="How did we do?")).to_be_in_viewport()


def test_nobody_types_after_the_answer(site: RunningSite, open_page: Open) -> None:
    """The answer may overtake the receipt of the question; then nobody is shown as typing."""
    page = open_page(f"{site.url}/chat")
    say(page, "hello")
    expect(page.locator(".bot").filter(has_text="Hello")).to_be_visible()
    wait_until_received(page)

    def deliver_late(route: Route) -> None:
        receipt = route.fetch()
        expect(page.locator(".bot").filter(has_text="sticker")).to_be_visible()
        route.fulfill(response=receipt)

    page.route("**/web/v1/messages", deliver_late)
    page.clock.install()
    say(page, "What is my Wi-Fi password?")
    wait_until_received(page)
    page.clock.run_for(600)
    expect(page.locator("#typing")).to_be_hidden()


def test_an_answer_that_is_lost_on_the_way_sends_nothing_twice(site: RunningSite, open_page: Open) -> None:
    """The server has the message but the browser never hears so: it asks again, and the message stands once."""
    page = open_page(f"{site.url}/chat", quiet=True)
    lost: list[APIResponse] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/web/v1/messages", lose)
    say(page, "only once")
    expect(page.locator(".customer:not(.pending)")).to_have_count(1)
    expect(page.locator(".pending")).to_have_count(0)
    page.reload()
    expect(page.locator(".customer")).to_have_count(1)
    assert len(lost) == 2


def test_two_tabs_show_the_same(site: RunningSite, open_page: Open) -> None:
    """What is written in one tab stands in the other, once in each."""
    one = open_page(f"{site.url}/chat")
    say(one, "from one")
    expect(one.locator(".customer:not(.pending)")).to_have_count(1)
    two = open_page(f"{site.url}/chat", context=one.context)
    expect(two.locator(".customer")).to_have_text(re.compile("from one"))
    say(two, "from two")
    for tab in (one, two):
        expect(tab.locator(".customer:not(.pending)")).to_have_count(2)
        assert bubbles(tab) == ["from one", "from two"]


def test_a_reload_brings_the_talk_back(site: RunningSite, open_page: Open) -> None:
    """Everything is there again, once, and nothing is announced a second time."""
    page = open_page(f"{site.url}/chat")
    say(page, "What is my Wi-Fi password?")
    expect(page.locator(".bot").filter(has_text="Did that help?")).to_be_visible()
    before = page.locator("section > .message").count()
    page.reload()
    expect(page.locator("section > .message")).to_have_count(before)
    assert page.locator("#heard").inner_text() == ""


def test_new_messages_are_announced_once_with_their_sender(site: RunningSite, open_page: Open) -> None:
    """A screen reader hears who says what, each message one time."""
    page = open_page(f"{site.url}/chat")
    say(page, "What is my Wi-Fi password?")
    expect(page.locator("#heard")).to_contain_text("Did that help?")
    heard = page.locator("#heard p").all_inner_texts()
    assert all(line.startswith("Mila:") for line in heard)
    assert len([line for line in heard if "sticker" in line]) == 1


def test_own_words_can_be_changed_and_taken_back(site: RunningSite, open_page: Open) -> None:
    """The words go back into the composer; what was withdrawn is gone from the screen."""
    page = open_page(f"{site.url}/chat")
    say(page, "marker on")
    message = page.locator(".customer:not(.pending)")
    message.locator(".words").click()
    message.get_by_role("button", name="Edit").click()
    expect(page.locator("#text")).to_have_value("marker on")
    say(page, "marker two")
    expect(message.locator(".words")).to_have_text("marker two")
    expect(message.locator(".meta")).to_contain_text("edited")
    message.locator(".words").click()
    message.get_by_role("button", name="Withdraw").click()
    expect(message.locator(".words")).to_have_text("Message withdrawn")


def test_a_picture_is_sent_and_shown(site: RunningSite, open_page: Open) -> None:
    """It is chosen, previewed, sent with words, and shown from where only its owner gets it."""
    page = open_page(f"{site.url}/chat")
    picture = page.screenshot()
    page.locator("#file").set_input_files({"name": "router.png", "mimeType": "image/png", "buffer": picture})
    expect(page.locator("#files li")).to_contain_text("router.png")
    expect(page.locator("#files progress")).to_have_count(0)
    say(page, "this is my router")
    expect(page.locator("#files li")).to_have_count(0)
    shown = page.locator(".customer:not(.pending) img")
    expect(shown).to_have_attribute("src", re.compile("^blob:"))
    assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 100


def test_a_file_that_is_refused_keeps_the_words(site: RunningSite, open_page: Open) -> None:
    """The reason stands beside the file, the text stays, and goes without it."""
    page = open_page(f"{site.url}/chat", quiet=True)
    page.locator("#text").fill("my words")
    page.locator("#file").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)>"}
    )
    expect(page.locator("#files .wrong")).to_have_text("This kind of file cannot be sent here.")
    expect(page.locator("#text")).to_have_value("my words")
    page.get_by_role("button", name=re.compile("Remove file")).click()
    page.locator("#text").press("Enter")
    expect(page.locator(".customer:not(.pending) .words")).to_have_text("my words")


def test_blocked_storage_is_said_and_the_chat_works(site: RunningSite, open_page: Open) -> None:
    """A browser that keeps nothing still sends and shows; the page says what that means."""
    page = open_page("about:blank")
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })")
    page.goto(f"{site.url}/chat")
    expect(page.locator("#note")).to_contain_text("does not let this chat remember")
    say(page, "marker")
    expect(page.locator(".customer:not(.pending) .words")).to_have_text("marker")


def test_full_storage_loses_no_words(site: RunningSite, open_page: Open) -> None:
    """If nothing more can be kept, messages go all the same."""
    page = open_page(f"{site.url}/chat")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
    say(page, "marker")
    expect(page.locator(".customer:not(.pending) .words")).to_have_text("marker")
    expect(page.locator("#note")).to_contain_text("does not let this chat remember")


def test_a_clock_that_is_years_off_changes_nothing(site: RunningSite, open_page: Open) -> None:
    """Tokens and edits are judged by the server's time."""
    page = open_page("about:blank")
    page.clock.install(time="2031-01-01T00:00:00Z")
    page.goto(f"{site.url}/chat")
    say(page, "marker")
    message = page.locator(".customer:not(.pending)")
    expect(message.locator(".words")).to_have_text("marker")
    expect(message.get_by_role("button", name="Edit")).to_be_visible()


def test_an_expired_token_is_renewed_unseen(site: RunningSite, open_page: Open) -> None:
    """After a long pause the next message simply goes."""
    page = open_page(f"{site.url}/chat", quiet=True)
    say(page, "before")
    expect(page.locator(".customer:not(.pending)")).to_have_count(1)
    site.clock.turn(hours=2)
    say(page, "after")
    expect(page.locator(".customer:not(.pending)")).to_have_count(2)


def test_a_server_that_restarts_is_found_again(site: RunningSite, open_page: Open) -> None:
    """Words wait for it and go, and the stream brings what was missed."""
    page = open_page(f"{site.url}/chat", quiet=True)
    say(page, "before")
    expect(page.locator(".customer:not(.pending)")).to_have_count(1)
    site.__exit__()
    say(page, "meanwhile")
    with RunningSite(site.data, site.current.desk, port=site.port):
        page.wait_for_function("() => dispatchEvent(new Event('online')) && !document.querySelector('.pending')")
        expect(page.locator(".customer:not(.pending)")).to_have_count(2)
        assert bubbles(page) == ["before", "meanwhile"]


def test_the_page_upgrades_itself_from_the_one_without_script(site: RunningSite, open_page: Open) -> None:
    """A talk begun without script goes on with it: same visitor, same messages, each once."""
    plain = open_page(f"{site.url}/chat", java_script_enabled=False)
    plain.locator("#text").fill("marker plain")
    plain.locator("#send").click()
    look_until(plain, "marker plain")
    state = plain.context.storage_state()
    page = open_page(f"{site.url}/chat", storage_state=state)
    expect(page.locator(".customer")).to_have_count(1)
    say(page, "marker script")
    expect(page.locator(".customer:not(.pending)")).to_have_count(2)
    look_until(plain, "marker script")
    expect(plain.locator(".customer")).to_have_count(2)


def test_a_tab_that_is_hidden_for_long_catches_up(site: RunningSite, open_page: Open) -> None:
    """After two minutes out of sight its stream is closed; back in sight it has everything, and the title no count."""
    page = open_page("about:blank")
    page.clock.install()
    page.goto(f"{site.url}/chat")
    say(page, "before")
    expect(page.locator(".customer:not(.pending)")).to_have_count(1)
    hide(page, hidden=True)
    page.clock.run_for(121_000)
    other = open_page(f"{site.url}/chat", context=page.context)
    say(other, "meanwhile")
    expect(other.locator(".customer:not(.pending)")).to_have_count(2)
    assert bubbles(page) == ["before"]
    hide(page, hidden=False)
    expect(page.locator(".customer:not(.pending)")).to_have_count(2)
    assert not page.title().startswith("(")


def hide(page: Page, *, hidden: bool) -> None:
    """Puts the tab into the background, or back."""
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_an_agent_s_words_appear_by_themselves(site: RunningSite, open_page: Open) -> None:
    """The agent's name and words stand in the talk, what he withdraws is gone, and notes never come."""
    page = open_page(f"{site.url}/chat")
    page.locator("header .person").click()
    expect(page.locator(".state").first).to_be_visible()
    conversation = str(page.locator("section").first.get_attribute("id")).removeprefix("c-")
    note = Commanded(name="note", args={"text": "a note"})
    for body in (Commanded(name="claim"), Said(text="Hello, this is *Liis*."), note):
        tell(site, conversation, body)
    message = page.locator(".agent")
    expect(message.locator(".words")).to_have_text("Hello, this is *Liis*.")
    expect(message.locator(".by")).to_have_text("Liis")
    expect(page.locator("#state")).to_have_text("Liis")
    tell(site, conversation, Deleted(target=str(message.get_attribute("id")).split("-")[-1]))
    expect(message.locator(".words")).to_have_text("Message withdrawn")
    assert "a note" not in page.content()


def tell(site: RunningSite, conversation: str, body: Body) -> None:
    """An agent does something in the console."""
    event = Event(
        key=secrets.token_hex(8),
        at=Address(channel="console", chat=conversation),
        author=make_agent("liis"),
        body=body,
        sent_at=site.clock.now(),
    )
    asyncio.run_coroutine_threadsafe(site.services.store.accept([event]), site.loop).result(PATIENCE)
