"""What the web chat refuses: other pages, foreign things, bad and too much input, always in the same words."""

import json
import socket
from collections.abc import Mapping
from typing import Any

import httpx
import jwt
import pytest

from config.channels import Identity
from tests.running import PATIENCE, SITE_KEYS, RunningSite, web_desk
from tests.web.conftest import Meet, Serve
from tests.web.visiting import messages

SITES = ("https://www.amber.example",)
FOREIGN = [
    None,
    "null",
    "https://evil.example",
    "https://www.amber.example.evil.example",
    "https://evil-www.amber.example",
    "http://www.amber.example",
    "https://www.amber.example:444",
]


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal, whose form is always the same."""
    body = answer.json()
    assert sorted(body) == ["code", "message", "request_id"]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" not in body["message"]
    return str(body["code"])


@pytest.mark.parametrize("origin", FOREIGN)
def test_other_pages_get_no_session_and_no_stream(serve: Serve, meet: Meet, origin: str | None) -> None:
    """Only pages on the list and our own may come, to write and to read; a good token makes no difference."""
    site = serve(web_desk(origins=SITES))
    headers = {"Origin": origin} if origin else {}
    with httpx.Client(base_url=site.url, headers=headers) as http:
        assert code_of(http.post("/web/v1/session", json={})) == "origin_denied"
        http.headers["Authorization"] = meet(site).http.headers["Authorization"]
        assert code_of(http.post("/web/v1/messages", json={"client_id": "12345678", "text": "x"})) == "origin_denied"
        if origin:
            assert code_of(http.get("/web/v1/stream")) == "origin_denied"
            assert code_of(http.options("/web/v1/messages")) == "origin_denied"


def test_a_listed_page_may_come_from_its_own_script(serve: Serve, meet: Meet) -> None:
    """Its browser is told so before and with each answer."""
    site = serve(web_desk(origins=SITES))
    anna = meet(site, origin=SITES[0])
    before = anna.http.options("/web/v1/messages")
    assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, SITES[0])
    assert anna.say("hello").headers["access-control-allow-origin"] == SITES[0]


def test_a_cookie_alone_opens_nothing(site: RunningSite, meet: Meet) -> None:
    """The cookie of the page without script is no way into the requests of the script."""
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}) as http:
        page = http.get("/chat")
        client_id = page.text.split('name="client_id" value="')[1].split('"')[0]
        http.post("/chat", files={"client_id": (None, client_id), "text": (None, "marker")})
        assert http.cookies
        assert code_of(http.get("/web/v1/stream")) == "not_signed_in"
        assert code_of(http.post("/web/v1/messages", json={"client_id": "12345678", "text": "x"})) == "not_signed_in"


BODIES: list[tuple[bytes, str]] = [
    (b"", "invalid"),
    (b"not json", "invalid"),
    (b"\xff\xfe\x00binary\x00", "invalid"),
    (b"[]", "invalid"),
    (b'"text"', "invalid"),
    (b"{}", "invalid"),
    (b'{"a":' * 9_000 + b"1" + b"}" * 9_000, "invalid"),
    (b'{"text": "x", "client_id": ' + b"9" * 6_000 + b"}", "invalid"),
    (b'{"text": "x", "client_id": "short"}', "invalid"),
    (b'{"text": "x", "client_id": "with a blank in it"}', "invalid"),
    (b'{"text": "x", "client_id": null}', "invalid"),
    (b'{"text": "", "client_id": "12345678"}', "invalid"),
    (b'{"text": " \\n ", "client_id": "12345678"}', "invalid"),
    (b'{"text": 7, "client_id": "12345678"}', "invalid"),
    (b'{"text": {"$gt": ""}, "client_id": "12345678"}', "invalid"),
    (b'{"text": "x", "client_id": "12345678", "files": "x"}', "invalid"),
    (b'{"text": "x", "client_id": "12345678", "files": [1]}', "invalid"),
    (b'{"text": "x", "client_id": "12345678", "files": ["../../etc/passwd"]}', "not_found"),
    (b'{"text": "x", "client_id": "12345678", "files": ["' + b"a" * 32 + b'"]}', "not_found"),
    (b'{"text": "x", "client_id": "12345678", "language": 7}', "invalid"),
    (b'{"client_id": "12345678", "text": "' + b"x" * 16_001 + b'"}', "too_large"),
    (b'{"client_id": "12345678", "text": "' + "é".encode() * 8_001 + b'"}', "too_large"),
    (b'{"client_id": "12345678", "text": "' + b"x" * 70_000 + b'"}', "too_large"),
]


@pytest.mark.parametrize(("body", "code"), BODIES, ids=range(len(BODIES)))
def test_bad_input_is_refused_with_a_code(serve: Serve, meet: Meet, body: bytes, code: str) -> None:
    """Whatever is sent, the answer has a code and nothing is stored."""
    site = serve(works=False)
    anna = meet(site)
    answer = anna.http.post("/web/v1/messages", content=body)
    assert code_of(answer) == code
    assert answer.status_code in (404, 413, 422)
    assert site.services.db.read_now(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM inbox").scalar()) == 0


@pytest.mark.parametrize(
    "text",
    ["__proto__", "a\u202eb", "a" + "\u0301" * 5_000, "\ufdfa" * 900, "{{7*7}}", "x\r\ny", "\u0000nul", "\ud800half"],
    ids=range(8),
)
def test_odd_text_is_stored_as_it_was_sent(site: RunningSite, meet: Meet, text: str) -> None:
    """Text of any kind is taken and shown again; only what no database keeps is replaced."""
    anna = meet(site)
    answer = anna.http.post("/web/v1/messages", content=json.dumps({"client_id": "odd-text-1", "text": text}))
    assert answer.status_code == 200
    anna.say("marker")
    kept = text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert " ".join(kept.split()) in messages(anna.read("marker")).values()


def test_a_declared_length_is_refused_before_it_comes(site: RunningSite) -> None:
    """A request that says it is too large is answered before its body is read."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as wire:
        wire.sendall(
            b"POST /web/v1/session HTTP/1.1\r\nHost: x\r\nOrigin: " + site.url.encode() + b"\r\n"
            b"Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{"
        )
        assert wire.recv(4096).startswith(b"HTTP/1.1 413")


def test_another_visitor_s_things_do_not_exist(site: RunningSite, meet: Meet) -> None:
    """Neither messages nor files nor buttons nor cursors of somebody else are of any use."""
    anna, boris = meet(site), meet(site)
    upload = anna.http.post("/web/v1/files", files={"file": ("a.txt", b"anna's words", "text/plain")})
    file_id = upload.json()["id"]
    anna.say("anna's secret", files=[file_id])
    heard = anna.read("anna's secret")
    own = next(event for event in heard if event.data.get("client"))
    assert code_of(boris.http.get(f"/web/v1/files/{file_id}")) == "not_found"
    assert code_of(boris.say("mine now", files=[file_id])) == "not_found"
    assert code_of(boris.post("edits", client_id="12345678", message=own.number, text="x")) == "not_found"
    assert code_of(boris.post("withdraw", client_id="12345678", message=own.number)) == "not_found"
    boris.press(
        heard[0].data["html"].split('value="')[1].split('"')[0] if "value=" in heard[0].data["html"] else "1.1:0"
    )
    boris.say("boris here")
    assert "anna" not in str([event.data for event in boris.read("boris here", heard[-1].id)])
    assert "boris" not in str([event.data for event in anna.read("anna's secret")])


@pytest.mark.parametrize(
    "claims",
    [{"aud": "console"}, {"aud": "firstline-web", "exp": 1}, {}],
)
def test_tokens_that_are_not_ours_open_nothing(site: RunningSite, meet: Meet, claims: Mapping[str, Any]) -> None:
    """Another audience, another secret, no signature: the same refusal."""
    anna = meet(site)
    for token in (jwt.encode({"sub": "v-1", **claims}, "k" * 32), jwt.encode({"sub": "v-1", **claims}, "", "none")):
        anna.http.headers["Authorization"] = f"Bearer {token}"
        assert code_of(anna.say("x")) == "not_signed_in"
        assert code_of(anna.http.get("/web/v1/stream")) == "not_signed_in"


def test_where_a_signature_is_required_nobody_reads_or_writes_without(serve: Serve, meet: Meet) -> None:
    """The site's signature opens session, messages and stream; a browser's key opens nothing."""
    site = serve(web_desk(identity=Identity.REQUIRED))
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}) as http:
        assert code_of(http.post("/web/v1/session", json={})) == "identity_required"
        assert http.get("/chat").status_code == 401
    expires = int(site.clock.now().timestamp()) + 600
    signed = jwt.encode({"sub": "7", "exp": expires, "nonce": "n", "name": "Anna"}, SITE_KEYS["WIDGET_KEY"])
    anna = meet(site, identity=signed, visitor="b" * 43)
    assert anna.say("marker").status_code == 200
    assert "marker" in messages(anna.read("marker")).values()


def test_a_flood_of_one_visitor_is_slowed(serve: Serve, meet: Meet) -> None:
    """After a burst of ten he is told to wait; what was accepted stays."""
    site = serve()
    site.clock.stand()
    anna = meet(site)
    answers = [anna.say(f"flood {i}") for i in range(14)]
    assert [answer.status_code for answer in answers[:10]] == [200] * 10
    assert code_of(answers[-1]) == "too_many"
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_an_address_is_counted_even_if_it_lies_about_itself(serve: Serve, meet: Meet) -> None:
    """A made-up X-Forwarded-For changes nothing unless it comes from a proxy of ours."""
    site = serve()
    site.clock.stand()
    codes = []
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}) as http:
        for i in range(70):
            answer = http.post("/web/v1/session", json={}, headers={"X-Forwarded-For": f"203.0.113.{i}"})
            codes.append(answer.status_code)
    assert codes.count(200) < 65
    assert codes[-1] == 429


def test_each_customer_behind_our_proxy_has_his_own_share(serve: Serve) -> None:
    """What our own proxy says about an address is believed."""
    site = serve(web_desk(proxies=("127.0.0.1",)))
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}) as http:
        for i in range(70):
            answer = http.post("/web/v1/session", json={}, headers={"X-Forwarded-For": f"203.0.113.{i}"})
            assert answer.status_code == 200


def test_no_address_holds_more_than_its_share_of_streams(serve: Serve, meet: Meet) -> None:
    """The twenty-first stream is refused; one that ends makes room."""
    site = serve()
    anna = meet(site)
    streams = []
    for _ in range(20):
        request = anna.http.build_request("GET", "/web/v1/stream")
        streams.append(anna.http.send(request, stream=True))
    assert code_of(anna.http.get("/web/v1/stream")) == "too_many"
    for stream in streams:
        stream.close()


def test_what_is_not_there_is_refused_in_the_same_form(site: RunningSite) -> None:
    """Unknown paths and wrong methods have a code, too."""
    with httpx.Client(base_url=site.url) as http:
        assert code_of(http.get("/nothing/here")) == "not_found"
        assert code_of(http.put("/chat")) == "method_not_allowed"
        assert code_of(http.get("/web/v1/messages")) == "method_not_allowed"


@pytest.mark.parametrize(
    "path", ["kb/../config/channels.yml", "../config/desk.yml", "%2e%2e/%2e%2e/config/desk.yml", "x"]
)
def test_only_pictures_of_articles_leave_the_desk_folder(site: RunningSite, path: str) -> None:
    """No path reaches the desk's other files."""
    with httpx.Client(base_url=site.url) as http:
        assert http.get(f"/media/{path}").status_code == 404


def test_every_answer_carries_its_protection(site: RunningSite) -> None:
    """Pages say who may frame them and that nothing foreign runs in them."""
    with httpx.Client(base_url=site.url) as http:
        page, frame = http.get("/chat"), http.get("/widget/frame")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in frame.headers["content-security-policy"]
    for answer in (page, frame):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_health_is_told_without_details(site: RunningSite) -> None:
    """Whoever asks hears whether it lives and whether it is ready, no more."""
    with httpx.Client(base_url=site.url) as http:
        assert http.get("/health/live").json() == {"live": True}
        assert http.get("/health/ready").json() == {"ready": True}


def test_a_desk_without_web_chat_shows_none(serve: Serve) -> None:
    """Page, frame and requests are not there; health is."""
    site = serve(web_desk(enabled=False))
    with httpx.Client(base_url=site.url, headers={"Origin": site.url}) as http:
        assert code_of(http.get("/chat")) == "not_found"
        assert code_of(http.get("/widget/frame")) == "not_found"
        assert code_of(http.post("/web/v1/session", json={})) == "not_found"
        assert http.get("/health/live").status_code == 200
