"""A customer leaves a flow, the server is killed, days pass, and he goes on elsewhere where he was."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt

from tests.faults.driver import Server, find_port
from tests.faults.test_crash_loop import FIRSTLINE
from tests.web.visiting import Heard, Visitor

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


@contextmanager
def sign_in(site: Site, device: str) -> Iterator[Visitor]:
    """Anna on a device of hers: the same signed person each time, in a browser that has never been here."""
    claims = {"sub": "anna", "nonce": device, "exp": int(time.time()) + 3 * 86_400}
    anna = Visitor(site, identity=jwt.encode(claims, SITE_KEY, algorithm="HS256"))
    try:
        yield anna
    finally:
        anna.http.close()


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
    screen = {each.data["html"].split('id="')[1].split('"')[0]: each.text for each in heard if each.kind == "message"}
    return list(screen.values())


class Lives:
    """One server's lives, each later than the one before; all but the last end by `kill -9`."""

    def __init__(self, folder: Path) -> None:
        port = find_port()
        self.site = Site(url=f"http://127.0.0.1:{port}")
        command = [sys.executable, "-c", FIRSTLINE, "serve", str(write_desk(folder / "desk")), "--port", str(port)]
        self._log = folder / "log"
        self._server = Server([*command, "--data", str(folder / "data")], self._log)

    async def begin(self, hours: float) -> None:
        """Starts it so many hours later than now."""
        assert await self._server.start(SITE_KEY=SITE_KEY, CLOCK_AHEAD=str(hours)), self._log.read_text()

    async def kill(self) -> None:
        """Ends it at once."""
        await self._server.kill_after(0)


async def test_a_flow_survives_kills_two_days_and_another_device(tmp_path: Path) -> None:
    """Left at the third question, it is offered again there, and ends with what was said before; none comes twice."""
    lives = Lives(tmp_path)
    await lives.begin(0)
    with sign_in(lives.site, "phone") as phone:
        talk(phone, ("I want to order a router", QUESTIONS[0]), ("Kastani 1", QUESTIONS[1]), ("[Green]", QUESTIONS[2]))
    await lives.kill()
    for hours, line in ((0.2, "Are you still there?"), (1, "I'll close this chat for now.")):
        await lives.begin(hours)
        with sign_in(lives.site, f"phone after {hours} h") as phone:
            phone.read(line)
        await lives.kill()
    await lives.begin(48)
    with sign_in(lives.site, "laptop") as laptop:
        screen = talk(
            laptop,
            ("hello again", "Shall we go on with"),
            ("[Go on]", "Back to Order a router"),
            ("3", QUESTIONS[3]),
            ("anna@example.com", "Kastani 1 | green | 3 | anna@example.com"),
        )
    await lives.kill()
    assert [sum(text.startswith(question) for text in screen) for question in QUESTIONS] == [1, 1, 1, 1]
