"""The agents' console in a browser: beside a customer, by keyboard alone, by ear, and in every light."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from bot.model import Role
from tests.e2e.conftest import Open
from tests.running import RunningSite
from tests.web.working import add_account, make_link

WIDE = {"width": 1440, "height": 900}
Enter = Callable[..., Page]


@pytest.fixture
def enter(site: RunningSite, open_page: Open) -> Enter:
    """Signs agents in, each in a browser of his own."""

    def sign_in(name: str, *roles: Role, **options: object) -> Page:
        link = make_link(site, add_account(site, name, *roles))
        page = open_page(f"{site.url}{link}", **({"viewport": WIDE} | options))
        page.get_by_role("button").click()
        expect(page.locator("#line-state")).to_have_text("Live")
        return page

    return sign_in


@pytest.fixture
def anna(site: RunningSite, open_page: Open) -> Page:
    """A customer who has got an answer that did not help and waits for a person."""
    page = open_page(f"{site.url}/chat")
    say(page, "What is my Wi-Fi password?")
    expect(page.locator(".bot").filter(has_text="sticker")).to_be_visible()
    say(page, "That did not help, I want a human")
    expect(page.locator(".state").filter(has_text="passed our whole chat")).to_be_visible()
    return page


def say(page: Page, words: str) -> None:
    """Writes as the customer."""
    page.locator("#text").fill(words)
    page.locator("#text").press("Enter")


def open_first(page: Page) -> None:
    """Opens the first conversation of the queue."""
    page.locator(".entry").first.click()
    expect(page.locator("#composer")).to_be_visible()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on what is on the screen."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found.response["violations"]]


def test_the_whole_story(anna: Page, enter: Enter) -> None:
    """Card, claim, reply, note that stays inside, article, back to the bot: customer and agent side by side."""
    liis = enter("liis")
    open_first(liis)
    card = liis.locator("#card")
    expect(card).to_contain_text("asked for a human")
    expect(card).to_contain_text("Wi-Fi password")
    expect(card).to_contain_text("That did not help, I want a human")
    liis.get_by_role("button", name="Claim").first.click()
    expect(anna.locator(".state").filter(has_text="Liis has joined the chat")).to_be_visible()
    liis.get_by_role("textbox", name="Send to").fill("Hello, which router do you have?")
    liis.locator("#composer .main").click()
    expect(anna.locator(".agent").filter(has_text="which router")).to_be_visible()
    expect(liis.locator("#text")).to_have_value("")
    liis.locator("[data-to=note]").click()
    liis.get_by_role("textbox", name="Save note").fill("Sounds like the old model.")
    liis.locator("#composer .keep").click()
    expect(liis.locator(".message.note")).to_contain_text("Sounds like the old model.")
    say(anna, "The white one")
    expect(liis.locator("#messages .customer").last).to_contain_text("The white one")
    liis.locator("#find").fill("wifi password")
    article = liis.locator("#found .row").filter(has_text="Wi-Fi password").first
    article.get_by_role("button", name="Send article").click()
    expect(anna.locator(".message").filter(has_text="sticker")).to_have_count(2)
    expect(anna.locator("body")).not_to_contain_text("old model")
    liis.locator("#talk-head .menu summary").click()
    liis.get_by_role("button", name="Back to bot").click()
    expect(anna.locator(".state, .bot").filter(has_text="I'm back")).to_be_visible()
    expect(liis.locator("#gate")).to_contain_text("The bot is talking here")


def test_a_note_becomes_public_only_on_purpose(anna: Page, enter: Enter) -> None:
    """Changing the composer keeps the text, but a note is sent to nobody before the agent has said so."""
    liis = enter("liis")
    open_first(liis)
    liis.get_by_role("button", name="Claim").first.click()
    expect(liis.locator("#gate .gate")).to_have_count(0)
    liis.locator("[data-to=note]").click()
    liis.locator("#text").fill("He is rude")
    liis.locator("[data-to=reply]").click()
    expect(liis.get_by_role("alertdialog")).to_be_visible()
    liis.get_by_role("button", name="Keep as note").click()
    expect(liis.locator("#composer")).to_have_attribute("data-mode", "note")
    liis.locator("[data-to=reply]").click()
    liis.get_by_role("button", name="Make it a reply").click()
    expect(liis.locator("#composer")).to_have_attribute("data-mode", "reply")
    expect(liis.locator("#text")).to_have_value("He is rude")
    liis.locator("[data-to=note]").click()
    expect(liis.locator("#text")).to_have_value("He is rude")


def test_everybody_sees_who_has_it(anna: Page, enter: Enter) -> None:
    """A claim shows on a colleague's open page by itself, and takes the claim from him."""
    liis, jonas = enter("liis"), enter("jonas")
    open_first(liis)
    open_first(jonas)
    liis.keyboard.press("c")
    expect(jonas.locator("#talk-head")).to_contain_text("With Liis")
    expect(jonas.locator("#gate")).to_contain_text("Liis has this chat")
    expect(jonas.get_by_role("button", name="Claim")).to_have_count(0)


def test_a_talk_opens_at_its_last_words(anna: Page, enter: Enter) -> None:
    """A picture that gets its height only after the talk stands does not push the last words out of sight."""
    liis = enter("liis")

    def deliver_late(route: Route) -> None:
        expect(liis.locator("#messages > .message").last).to_be_in_viewport()
        route.continue_()

    liis.route("**/media/**", deliver_late)
    open_first(liis)
    expect(liis.locator("#messages img")).not_to_have_js_property("naturalHeight", 0)
    expect(liis.locator("#messages > .message").last).to_be_in_viewport()
    liis.locator("#stream").evaluate(
        "(stream) => new Promise((done) => { stream.onscroll = done; stream.scrollTo(0, 0); }).then(() => {})"
    )
    say(anna, "Are you there?")
    expect(liis.locator("#messages .customer").last).to_contain_text("Are you there?")
    expect(liis.locator("#messages .customer").last).not_to_be_in_viewport()


def test_new_words_are_read_before_the_reply_goes(anna: Page, enter: Enter, open_page: Open) -> None:
    """What the customer wrote out of sight holds the reply back until it is read, or sent anyway."""
    liis = enter("liis", quiet=True)
    open_first(liis)
    liis.keyboard.press("c")
    expect(liis.locator("#gate .gate")).to_have_count(0)
    liis.locator("#text").fill("Please restart it.")
    liis.evaluate("IntersectionObserver.prototype.observe = () => {}")  # as if it stood out of sight
    say(anna, "It works again!")
    expect(liis.locator("#messages .customer").last).to_contain_text("It works again!")
    liis.locator("#text").press("Control+Enter")
    expect(liis.locator("#unread")).to_contain_text("wrote something new")
    expect(liis.locator("#text")).to_have_value("Please restart it.")
    liis.get_by_role("button", name="Send anyway").click()
    expect(anna.locator(".agent").filter(has_text="Please restart it.")).to_be_visible()


def test_what_is_written_while_a_reply_goes_stays(anna: Page, enter: Enter) -> None:
    """Only the words that went are taken out of the composer; a key pressed twice sends no half sentence after them."""
    liis = enter("liis")
    open_first(liis)
    liis.keyboard.press("c")
    expect(liis.locator("#gate .gate")).to_have_count(0)

    def write_on(route: Route) -> None:
        liis.locator("#text").press("Control+Enter")
        liis.locator("#text").press_sequentially(" And then?")
        route.continue_()

    liis.route("**/say", write_on)
    liis.locator("#text").fill("Please restart it.")
    liis.locator("#text").press("Control+Enter")
    expect(anna.locator(".agent .words")).to_have_text("Please restart it.")
    expect(liis.locator("#text")).to_have_value("And then?")


def test_a_note_stays_a_note(anna: Page, enter: Enter) -> None:
    """Who has chosen to write a note writes a note, also when the claim comes through only then."""
    liis = enter("liis")
    open_first(liis)

    def choose(route: Route) -> None:
        liis.keyboard.press("n")
        route.continue_()

    liis.route("**/claim", choose)
    liis.keyboard.press("c")
    expect(liis.locator("#gate .gate")).to_have_count(0)
    expect(liis.locator("#composer")).to_have_attribute("data-mode", "note")


def test_a_press_ends_where_it_began(anna: Page, enter: Enter) -> None:
    """What comes while the button of the mouse is down is placed once it is up, and the press counts."""
    liis = enter("liis")
    liis.locator(".entry").first.hover()
    liis.mouse.down()
    with liis.expect_response("**/console/queue?*"):
        say(anna, "Are you there?")
    liis.evaluate("() => new Promise((done) => setTimeout(done))")
    liis.mouse.up()
    expect(liis.locator("#composer")).to_be_visible()
    expect(liis.locator(".entry").first).to_contain_text("Are you there?")


def test_news_of_another_conversation_stay_out(anna: Page, enter: Enter, site: RunningSite, open_page: Open) -> None:
    """What was asked for one conversation is not shown in the one that was opened meanwhile."""
    boris = open_page(f"{site.url}/chat")
    say(boris, "I want a human")
    expect(boris.locator(".state").filter(has_text="passed our whole chat")).to_be_visible()
    liis = enter("liis")
    liis.locator(".entry").filter(has_text="#1").click()
    expect(liis.locator("#talk-head")).to_contain_text("#1")

    asked: list[Route] = []

    def switch(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            liis.locator(".entry").filter(has_text="#2").click()
            expect(liis.locator("#talk-head")).to_contain_text("#2")
        route.continue_()

    liis.route("**/news?*", switch)
    with liis.expect_response("**/news?*"):
        say(anna, "from the first")
    say(boris, "from the second")
    expect(liis.locator("#messages .customer").last).to_contain_text("from the second")
    expect(liis.locator("#talk-head")).to_contain_text("#2")
    expect(liis.locator("#messages")).not_to_contain_text("from the first")


def test_a_draft_survives_a_reload(anna: Page, enter: Enter) -> None:
    """Words that were not sent stand there again after a reload, in the composer they were written in."""
    liis = enter("liis")
    open_first(liis)
    liis.keyboard.press("n")
    liis.keyboard.type("Half a thou")
    liis.reload()
    expect(liis.locator("#text")).to_have_value("Half a thou")
    expect(liis.locator("#composer")).to_have_attribute("data-mode", "note")


def test_the_keyboard_alone(anna: Page, enter: Enter) -> None:
    """From the queue to the end of a case without a mouse; letters in a text stay letters."""
    liis = enter("liis")
    liis.keyboard.press("j")
    expect(liis.locator("#composer")).to_be_visible()
    liis.keyboard.press("w")
    expect(liis.get_by_role("dialog")).to_contain_text("wifi-password")
    liis.keyboard.press("Escape")
    liis.keyboard.press("c")
    expect(liis.locator("#talk-head")).to_contain_text("With Liis")
    liis.keyboard.press("r")
    liis.keyboard.type("cerntab")
    liis.keyboard.press("Control+Enter")
    expect(anna.locator(".agent").filter(has_text="cerntab")).to_be_visible()
    expect(liis.locator("#text")).to_have_value("")
    liis.keyboard.press("Escape")
    liis.keyboard.press("/")
    expect(liis.get_by_role("dialog")).to_contain_text("/look")
    liis.keyboard.press("Escape")
    liis.keyboard.press("f")
    expect(liis.locator("#find")).to_be_focused()
    liis.locator("#stream").focus()
    liis.keyboard.press("?")
    expect(liis.get_by_role("dialog")).to_contain_text("Next conversation")
    liis.keyboard.press("Escape")
    liis.keyboard.press("e")
    expect(liis.locator("#talk-head")).to_contain_text("Closed")


def test_keys_by_position_on_a_cyrillic_layout(anna: Page, enter: Enter) -> None:
    """Where the layout has no Latin letters, the key at the same place does the same."""
    liis = enter("liis")
    press = "(k) => document.body.dispatchEvent(new KeyboardEvent('keydown', {...k, bubbles: true}))"
    liis.evaluate(press, {"key": "о", "code": "KeyJ"})
    expect(liis.locator("#composer")).to_be_visible()
    liis.evaluate(press, {"key": "с", "code": "KeyC"})
    expect(liis.locator("#talk-head")).to_contain_text("With Liis")


def test_a_conversation_is_found_by_keyboard(anna: Page, enter: Enter) -> None:
    """A key leads into the search, Enter to what is found and into it; news keep what is found; Escape ends it."""
    liis = enter("liis")
    liis.keyboard.press("/")
    expect(liis.locator("#seek")).to_be_focused()
    liis.keyboard.type("nothing like this")
    expect(liis.locator("#queue")).to_contain_text("Nothing found.")
    liis.locator("#seek").fill("wi-fi pass")
    expect(liis.locator(".entry .said")).to_have_text("What is my Wi-Fi password?")
    liis.keyboard.press("Enter")
    expect(liis.locator(".entry")).to_be_focused()
    liis.keyboard.press("Enter")
    expect(liis.locator("#composer")).to_be_visible()
    with liis.expect_response("**/console/queue?*"):
        say(anna, "One more thing")
    expect(liis.locator("#messages .customer").last).to_contain_text("One more thing")
    expect(liis.locator(".entry .said")).to_have_text("What is my Wi-Fi password?")
    liis.keyboard.press("s")
    liis.keyboard.press("Escape")
    expect(liis.locator("#seek")).to_have_value("")
    expect(liis.locator(".entry .said")).to_have_text("One more thing")


def test_keys_can_be_switched_off(anna: Page, enter: Enter) -> None:
    """After that a letter does nothing, and the choice stays with the browser."""
    liis = enter("liis")
    liis.locator(".top .menu summary").click()
    liis.locator("select[name=keys]").select_option("off")
    liis.get_by_role("button", name="Save").click()
    expect(liis.locator("body")).to_have_attribute("data-keys", "off")
    expect(liis.locator("#line-state")).to_have_text("Live")
    liis.keyboard.press("j")
    expect(liis.locator("#composer")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(anna: Page, enter: Enter, theme: str, site: RunningSite) -> None:
    """Every page and dialog holds WCAG 2.2 AA as far as axe can tell, in both lights."""
    boss = enter("boss", *Role, color_scheme=theme, reduced_motion="reduce")
    open_first(boss)
    boss.keyboard.press("c")
    expect(boss.locator("#gate .gate")).to_have_count(0)
    boss.locator("#text").fill("Hello!")
    boss.locator("#text").press("Control+Enter")
    expect(boss.locator("#messages .agent")).to_be_visible()
    expect(boss.locator("#text")).to_have_value("")
    boss.locator("[data-to=note]").click()
    boss.locator("#text").fill("Kept inside")
    boss.locator("#text").press("Control+Enter")
    expect(boss.locator("#messages .note")).to_be_visible()
    expect(boss.locator("#text")).to_have_value("")
    boss.locator("#stream").focus()
    found = {"workspace": violations(boss)}
    for key in ("w", "/", "t", "a", "?"):
        boss.keyboard.press(key)
        expect(boss.locator("dialog[open]")).to_be_visible()
        found[key] = violations(boss)
        boss.keyboard.press("Escape")
        boss.locator("#stream").focus()
    for path in ("/console/desk", "/console/password", "/console?view=all"):
        boss.goto(site.url + path)
        found[path] = violations(boss)
    boss.goto("about:blank")
    boss.context.clear_cookies()
    boss.goto(f"{site.url}/console/login")
    found["login"] = violations(boss)
    assert {name: each for name, each in found.items() if each} == {}


def test_small_windows_lose_nothing(anna: Page, enter: Enter) -> None:
    """Facts become a drawer, then there is one pane at a time, and at 320 pixels nothing is wider than the window."""
    liis = enter("liis", viewport={"width": 1000, "height": 800})
    open_first(liis)
    expect(liis.locator("#card")).not_to_be_visible()
    liis.get_by_role("button", name="Facts").click()
    expect(liis.locator("#card")).to_be_visible()
    liis.keyboard.press("Escape")
    expect(liis.locator("#card")).not_to_be_visible()
    liis.set_viewport_size({"width": 320, "height": 640})
    expect(liis.locator("#queue")).not_to_be_visible()
    assert liis.evaluate("document.documentElement.scrollWidth") <= 320
    liis.get_by_role("link", name="Queue").last.click()
    expect(liis.locator("#queue")).to_be_visible()
    assert liis.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_large_zoom_begins_at_the_last_words(anna: Page, enter: Enter) -> None:
    """In a window of 640 by 400 pixels a conversation opens at its end, with the composer in sight."""
    liis = enter("liis", viewport={"width": 640, "height": 400})
    open_first(liis)
    expect(liis.locator("#messages img")).not_to_have_js_property("naturalHeight", 0)
    expect(liis.locator("#composer")).to_be_in_viewport()
    expect(liis.locator("#messages > .message").last).to_be_in_viewport()
    assert liis.evaluate("document.documentElement.scrollWidth") <= 640


def test_a_broken_desk_shows_by_itself(enter: Enter, site: RunningSite) -> None:
    """The banner comes and goes on an open page, with the place of the mistake."""
    liis = enter("liis")
    site.call(lambda: site.current.refuse(("kb/wifi.yml:15:15 There is no action 'check_outge'.",)))
    expect(liis.get_by_role("alert")).to_contain_text("stays in use")
    expect(liis.get_by_text("kb/wifi.yml:15:15 There is no action 'check_outge'.")).to_be_visible()
    site.call(lambda: site.current.swap(site.current.desk))
    expect(liis.get_by_role("alert")).to_have_count(0)


def test_words_of_a_customer_run_nothing(site: RunningSite, enter: Enter, open_page: Open) -> None:
    """Markup in a message is shown as text: no dialog, no request, no complaint of the content policy."""
    page = open_page(f"{site.url}/chat")
    say(page, "<img src=/x onerror=alert(1)><svg onload=alert(2)> [a](javascript:alert(3)) I want a human")
    expect(page.locator(".state").filter(has_text="passed our whole chat")).to_be_visible()
    liis = enter("liis")
    open_first(liis)
    expect(liis.locator("#messages .customer")).to_contain_text("<img src=/x onerror=alert(1)>")
    assert liis.locator("#messages img, #messages .customer a").count() == 0


def test_the_end_of_a_session_shows(enter: Enter, site: RunningSite) -> None:
    """An open page whose session ends goes to the sign-in page by itself and says why."""
    liis = enter("liis", quiet=True)
    site.clock.turn(minutes=31)
    expect(liis.locator(".sheet-card")).to_contain_text("Your session has ended")
