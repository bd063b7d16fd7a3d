"""Who gets into the console, what each role may reach there, and how a session ends."""

import re
import secrets
from collections.abc import Iterator

import httpx
import pytest
from argon2 import extract_parameters

from adapters.storage import sessions, staff
from adapters.web.console.passwords import NOBODY, hash_password
from adapters.web.console.rights import HOLDERS, Right
from adapters.web.console.routes import LINES, Line
from bot.model import Conversation, Role
from tests.running import PATIENCE, RunningSite
from tests.web.conftest import Employ, Meet, Serve
from tests.web.visiting import Visitor
from tests.web.working import PASSWORD, add_account, hand_over, make_link

UNSAFE = [line for line in LINES if line.method == "POST"]
GUARDED = [line for line in LINES if line.right is not Right.ANYBODY]
WRONG_LOGIN = "User name or password is not right."


@pytest.fixture
def browser(site: RunningSite) -> Iterator[httpx.Client]:
    """A browser that nobody has signed in with."""
    with httpx.Client(
        base_url=site.url, headers={"Origin": site.url, "Accept": "text/html"}, timeout=PATIENCE
    ) as client:
        yield client


def wait_in_line(site: RunningSite) -> Conversation:
    """A conversation that waits with the first team."""
    customer = Visitor(site)
    try:
        return hand_over(site, customer)
    finally:
        customer.http.close()


@pytest.fixture(scope="module")
def talk(site: RunningSite) -> Conversation:
    """A conversation that was handed over to the first team; other tests here may have done with it as they like."""
    return wait_in_line(site)


def sign_in(client: httpx.Client, name: str, password: str) -> httpx.Response:
    """Fills in the sign-in page."""
    return client.post("/console/login", data={"name": name, "password": password})


def path_of(line: Line, talk: Conversation) -> str:
    """A path of a route, filled in."""
    values = {"id": talk.id, "file": "f" * 32, "number:int": "1", "kind": "transfer", "secret": "none"}
    return re.sub(r"\{([^}]+)\}", lambda found: values[found[1]], line.path)


def test_a_password_opens_the_console(site: RunningSite, browser: httpx.Client) -> None:
    """The right password gives a session in a cookie that no script can read and no other site sends along."""
    add_account(site, "mari", password=PASSWORD)
    answer = sign_in(browser, " Mari ", PASSWORD)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/console").status_code == 200


def test_strangers_and_wrong_passwords_look_the_same(site: RunningSite, browser: httpx.Client) -> None:
    """An unknown name, a wrong password and an account without one get the same page."""
    add_account(site, "known", password=PASSWORD)
    add_account(site, "fresh")
    pages = []
    for name in ("known", "nobody", "fresh"):
        answer = sign_in(browser, name, "wrong password 123")
        assert answer.status_code == 422
        pages.append(answer.text.replace(f'value="{name}"', ""))
    assert pages[0] == pages[1] == pages[2]
    assert WRONG_LOGIN in pages[0]


def test_a_stranger_costs_as_much_time_as_a_wrong_password() -> None:
    """Where there is no account, a hash of the same cost is checked, so the time tells nothing."""
    assert extract_parameters(NOBODY) == extract_parameters(hash_password(PASSWORD))


def test_five_wrong_passwords_lock_the_door(serve: Serve) -> None:
    """The sixth try is refused even with the right password, until a quarter of an hour has passed."""
    site = serve()
    add_account(site, "mari", password=PASSWORD)
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}, timeout=PATIENCE) as browser:
        for _ in range(5):
            assert sign_in(browser, "mari", "wrong password 123").status_code == 422
        locked = sign_in(browser, "mari", PASSWORD)
        assert locked.status_code == 429
        assert "15 minutes" in locked.text
        site.clock.turn(minutes=16)
        assert sign_in(browser, "mari", PASSWORD).status_code == 303


def test_a_link_signs_in_once(site: RunningSite, browser: httpx.Client) -> None:
    """Looking at it changes nothing, the button uses it up, and a second press finds it dead."""
    link = make_link(site, add_account(site, "linked"))
    for _ in range(3):
        assert "Sign in as Linked" in browser.get(link).text
    assert browser.post(link).status_code == 303
    assert browser.get("/console").status_code == 200
    assert browser.get(link).status_code == 410
    assert browser.post(link).status_code == 410


def test_a_link_grows_old(serve: Serve) -> None:
    """After a day it no longer signs anybody in."""
    site = serve()
    link = make_link(site, add_account(site, "late"))
    site.clock.turn(hours=25)
    assert httpx.post(site.url + link, headers={"Origin": site.url}).status_code == 410


def test_signing_in_gives_a_new_id(site: RunningSite, browser: httpx.Client) -> None:
    """An id from before is worth nothing afterwards: nobody can plant one."""
    add_account(site, "planted", password=PASSWORD)
    sign_in(browser, "planted", PASSWORD)
    former = browser.cookies["firstline"]
    sign_in(browser, "planted", PASSWORD)
    assert browser.cookies["firstline"] != former
    old = httpx.get(f"{site.url}/console", cookies={"firstline": former}, headers={"Accept": "text/html"})
    assert old.headers["location"] == "/console/login"


@pytest.mark.parametrize(("minutes", "every"), [(31, 31), (12 * 60 + 1, 20)])
def test_a_session_ends_by_itself(serve: Serve, employ: Employ, minutes: int, every: int) -> None:
    """It ends after half an hour without a sign of the agent, and after twelve hours even if he works on."""
    site = serve()
    liis = employ(site)
    for _ in range(minutes // every):
        assert liis.get("/console").status_code == 200
        site.clock.turn(minutes=every)
    site.clock.turn(minutes=minutes % every)
    assert liis.get("/console").headers["location"] == "/console/login"


def test_what_the_stream_fetches_keeps_no_session_alive(serve: Serve, employ: Employ) -> None:
    """A console left open on a busy desk signs its agent out all the same."""
    site = serve()
    liis = employ(site)
    for _ in range(4):
        liis.http.get("/console/queue", headers={"X-Console-Ring": "1", "HX-Request": "true"})
        site.clock.turn(minutes=10)
    assert liis.get("/console").headers["location"] == "/console/login"


@pytest.mark.parametrize("ending", ["password", "roles", "disabled", "signed out", "idle"])
def test_the_end_of_a_session_ends_its_streams(serve: Serve, employ: Employ, ending: str) -> None:
    """A new password, other roles, disabling, signing out or idleness close the stream within seconds."""
    site = serve()
    liis = employ(site)
    hearing = liis.listen_apart()
    db = site.services.db
    if ending == "password":
        hashed = hash_password(PASSWORD)
        db.write_now(lambda conn: sessions.set_password(conn, liis.id, hashed))
    elif ending == "roles":
        db.write_now(
            lambda conn: staff.change_agent(conn, liis.id, name="Liis", roles=[Role.EDITOR], teams=[], languages=[])
        )
    elif ending == "disabled":
        db.write_now(lambda conn: staff.set_disabled(conn, liis.id, disabled=True))
    elif ending == "signed out":
        assert liis.post("/console/logout").status_code == 303
    else:
        site.clock.turn(minutes=31)
    hearing.wait_for("ended")
    assert liis.get("/console").headers["location"] == "/console/login"


def test_the_own_password_is_changed(site: RunningSite, employ: Employ, browser: httpx.Client) -> None:
    """A first one needs no former one, short ones are refused, and afterwards every session has ended."""
    liis = employ(site)
    assert liis.post("/console/password", new="too short").status_code == 422
    assert liis.post("/console/password", new=PASSWORD).status_code == 303
    assert liis.get("/console").headers["location"] == "/console/login"
    assert sign_in(browser, liis.login, PASSWORD).status_code == 303
    token = re.search(r'data-token="([^"]+)"', browser.get("/console").text)
    assert token
    wrong = browser.post("/console/password", data={"token": token[1], "current": "not it", "new": PASSWORD + "!"})
    assert wrong.status_code == 422
    assert "The current password is not right." in wrong.text


def test_nobody_gets_past_the_door_unsigned(site: RunningSite, browser: httpx.Client, talk: Conversation) -> None:
    """Without a session every route but those of signing in leads there, or refuses."""
    for line in GUARDED:
        answer = browser.request(line.method, path_of(line, talk))
        assert answer.status_code == 401 or answer.headers["location"] == "/console/login", line


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_what_it_may(site: RunningSite, employ: Employ, talk: Conversation, role: Role) -> None:
    """Over the whole table of routes: who holds the right is not turned away for it, everybody else is."""
    agent = employ(site, role)
    for line in sorted(GUARDED, key=lambda line: line.path == "/console/logout"):
        headers = {"X-Console-Token": agent.token, "HX-Request": "true"}
        with agent.http.stream(line.method, path_of(line, talk), headers=headers) as answer:
            assert (answer.status_code == 403) == (role not in HOLDERS[line.right]), line
            assert answer.status_code < 500, line


def test_a_foreign_chat_does_not_exist(site: RunningSite, employ: Employ) -> None:
    """An agent of another team gets the same answer as for a chat that there is none of, on every route to one."""
    talk = wait_in_line(site)
    other = employ(site, Role.AGENT, Role.SUPERVISOR, teams=["billing"])
    headers = {"X-Console-Token": other.token, "HX-Request": "true"}
    fields = dict.fromkeys(("text", "message", "team", "reason", "agent", "priority", "id", "delivery"), "1")
    for line in LINES:
        if "{id}" not in line.path:
            continue
        bodies = []
        for id_ in (talk.id, "0" * 32):
            path = path_of(line, talk).replace(talk.id, id_)
            data = fields if line.method == "POST" else None
            answer = other.http.request(line.method, path, headers=headers, data=data)
            assert answer.status_code == 404, line
            bodies.append({key: value for key, value in answer.json().items() if key != "request_id"})
        assert bodies[0] == bodies[1], line


@pytest.mark.parametrize(
    "origin",
    ["null", "https://evil.example", "http://127.0.0.1.evil.example", "https://127.0.0.1", "http://127.0.0.1:1", None],
)
def test_other_pages_change_nothing(site: RunningSite, employ: Employ, talk: Conversation, origin: str | None) -> None:
    """What changes something is refused unless one of our own pages sends it, even with session and token."""
    agent = employ(site, *Role)
    headers = {"X-Console-Token": agent.token, "HX-Request": "true"}
    del agent.http.headers["Origin"]
    for line in UNSAFE:
        answer = agent.http.post(path_of(line, talk), headers=headers | ({"Origin": origin} if origin else {}))
        assert answer.status_code == 403, line
        assert answer.json()["code"] == "origin_denied"


def test_the_cookie_alone_changes_nothing(site: RunningSite, employ: Employ, talk: Conversation) -> None:
    """Without the session's token, or with that of another session, nothing is done."""
    agent, other = employ(site, *Role), employ(site, *Role)
    for line in UNSAFE:
        if line.right is Right.ANYBODY:
            continue
        for token in ("", other.token):
            answer = agent.http.post(path_of(line, talk), headers={"X-Console-Token": token, "HX-Request": "true"})
            assert answer.status_code == 403, line


def test_the_cookie_alone_opens_no_stream(site: RunningSite, employ: Employ) -> None:
    """A foreign page that makes the browser ask for the stream gets nothing."""
    agent = employ(site)
    assert agent.http.get("/console/stream").status_code == 403
    foreign = {"X-Console-Token": agent.token, "Origin": "https://evil.example", "HX-Request": "true"}
    assert agent.http.get("/console/stream", headers=foreign).status_code == 403


def test_extra_fields_grant_nothing(site: RunningSite, employ: Employ) -> None:
    """A form that brings roles along changes none."""
    agent = employ(site)
    agent.post("/console/password", new=PASSWORD, roles="admin", role="admin", agent="x")
    found = site.services.db.read_now(lambda conn: staff.find_agent(conn, agent.id))
    assert found is not None
    assert found.roles == (Role.AGENT,)


def test_every_page_is_protected(site: RunningSite, employ: Employ) -> None:
    """No page may be framed, kept or run anything that is not ours."""
    headers = employ(site).get("/console").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


def test_hostile_words_stay_words(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """Markup in a customer's message and templates in an agent's reach no page as such."""
    anna, liis = meet(site), employ(site)
    evil = "<img src=x onerror=alert(1)> {{7*7}} </textarea><script>alert(2)</script> human please"
    talk = hand_over(site, anna, evil + " I want a human")
    liis.act(talk, "claim")
    liis.act(talk, "note", text=evil)
    page = liis.get(f"/console/c/{talk.id}").text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_too_long_and_too_large_are_refused_with_words(site: RunningSite, meet: Meet, employ: Employ) -> None:
    """A pasted megabyte and a text over the limit cost nothing and are answered plainly."""
    talk, liis = hand_over(site, meet(site)), employ(site)
    liis.act(talk, "claim")
    long = liis.act(talk, "note", text="x" * 16_001)
    assert long.status_code == 422
    assert "16,000" in long.text or "16000" in long.text
    assert liis.act(talk, "note", text="x" * 1_000_000).status_code == 413


def test_odd_addresses_never_break_a_page(site: RunningSite, employ: Employ, talk: Conversation) -> None:
    """Cursors from the future, unknown views and search syntax are read as what they are."""
    liis = employ(site)
    for path in (
        "/console?view=nonsense",
        "/console/queue?view=%00",
        f"/console/c/{talk.id}/news?version=999999999&number=-1",
        f"/console/c/{talk.id}/news?version=1e9&number=٣",
        f"/console/c/{talk.id}/knowledge?q=%25_*%27%22%5B",
        f"/console/c/{talk.id}/why/999999",
        f"/console/c/{talk.id}/sheet/edit?message=" + "9" * 40,
        f"/console/c/{talk.id}/sheet/nonsense",
        f"/console/c/{secrets.token_hex(3)}",
        "/console/link/" + "x" * 500,
    ):
        assert liis.get(path).status_code in (200, 404, 410)
