"""A customer leaves a flow, the server is killed, days pass, and he goes on elsewhere where he was."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jwt

from tests.faults.driver import Server, find_port
from tests.faults.test_crash_loop import FIRSTLINE
from tests.web.visiting import Heard, Visitor, messages

SITE_KEY = "9f2c61d07be84a35c1e0b7d4f83a296e5b0c7d18"
QUESTIONS = ("Which street?", "Which colour?", "How many?", "Which mail?")
DESK = {
    "config/desk.yml": """
desk:
  name: Returning
  languages: [en]
  default_language: en
  timing: {resume_for: 3d}
""",
    "config/channels.yml": """
channels:
  web: {identity: signed, identity_secret: SITE_KEY}
""",
    "kb/flows/order.yml": """
flows:
  - id: order
    title: Order a router
    starts_when: [I want to order a router]
    steps:
      - {ask: street, text: "Which street?"}
      - ask: colour
        text: "Which colour?"
        choices: [{value: red, label: Red}, {value: green, label: Green}]
      - {ask: count, type: number, text: "How many?"}
      - {ask: mail, type: email, sensitive: yes, text: "Which mail?"}
      - say: "{{ street }} | {{ colour }} | {{ count }} | {{ mail }}"
      - end: informed
""",
}


@dataclass(frozen=True)
class Site:
    """Where the server is."""

    url: str


def write_desk(folder: Path) -> Path:
    """The desk of this test, as a folder."""
    for name, text in DESK.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def sign_in(site: Site, nonce: str, *, days: int = 0) -> Visitor:
    """Anna on a device of hers: the same signed person each time, in a browser that has never been here."""
    claims = {"sub": "anna", "nonce": nonce, "exp": int(time.time()) + days * 86_400 + 3600}
    return Visitor(site, identity=jwt.encode(claims, SITE_KEY, algorithm="HS256"))


def talk(anna: Visitor, *lines: tuple[str, str]) -> Sequence[str]:
    """Says or `[presses]` one thing after the other, each when the last has been answered as expected.

    Returns:
        All that stands on the screen in the end.
    """
    heard: list[Heard] = []
    for words, reply in lines:
        if words.startswith("["):
            label = words.strip("[]")
            shown = next(each for each in reversed(heard) if f">{label}<" in each.data.get("html", ""))
            answered = anna.press(shown.button(label))
        else:
            answered = anna.say(words)
        assert answered.is_success, answered.text
        heard = anna.read(reply)
    return list(messages(heard).values())


async def test_a_flow_survives_a_kill_two_days_and_another_device(tmp_path: Path) -> None:
    """Left at the third question, it is offered again there and ends with the answers given before, none asked twice."""
    port = find_port()
    site = Site(url=f"http://127.0.0.1:{port}")
    folder = write_desk(tmp_path / "desk")
    command = [sys.executable, "-c", FIRSTLINE, "serve", str(folder), "--port", str(port)]
    server = Server([*command, "--data", str(tmp_path / "data")], tmp_path / "log")
    assert await server.start(SITE_KEY=SITE_KEY), (tmp_path / "log").read_text()
    phone = sign_in(site, "first")
    talk(
        phone,
        ("I want to order a router", QUESTIONS[0]),
        ("Kastani 1", QUESTIONS[1]),
        ("[Green]", QUESTIONS[2]),
    )
    phone.http.close()
    await server.kill_after(0)

    assert await server.start(SITE_KEY=SITE_KEY, CLOCK_AHEAD="48"), (tmp_path / "log").read_text()
    laptop = sign_in(site, "second", days=2)
    laptop.read("I'll close this chat for now.")
    screen = talk(
        laptop,
        ("hello again", "Shall we go on with Order a router?"),
        ("[Go on]", "Back to Order a router"),
        ("3", QUESTIONS[3]),
        ("anna@example.com", "Kastani 1 | green | 3 | anna@example.com"),
    )
    laptop.http.close()
    assert await server.stop() == 0
    asked = [sum(text.startswith(question) for text in screen) for question in QUESTIONS]
    assert asked == [1, 1, 1, 1]
