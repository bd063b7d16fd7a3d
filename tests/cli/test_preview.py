"""`firstline preview`."""

import json
from io import StringIO
from pathlib import Path

from rich.console import Console

from adapters.cli.preview_channels import Sent, put_side_by_side
from tests.cli.conftest import Firstline, write_desk

NAMES = ["slack", "telegram", "web", "plain"]
FILES = {
    "config/desk.yml": "desk: {name: Shop, languages: [en, et], default_language: en, customer: {first_name: text}}\n",
    "kb/shop.yml": """articles:
  - id: hours
    title: Opening hours
    questions: [When are you open?]
    answer:
      en: "Hi {{ first_name | default('you') }}: **nine** to six, see https://x.example/?a&b"
      et: Kell **üheksa**.
    buttons: [{label: {en: Hours page, et: Lahtiolek}, article: hours}]
    variants:
      - {channels: [slack], answer: {en: At nine., et: Kell 9.}}
""",
}


def test_an_article_is_shown_as_each_channel_is_sent_it(firstline: Firstline, tmp_path: Path) -> None:
    """The whole payloads: Slack's blocks, Telegram's text with its keyboard, the web's HTML, and bare words."""
    desk = write_desk(tmp_path / "desk", FILES)
    shown = json.loads(firstline("preview", "hours", "--desk", desk, "--json").out)
    assert [(one["language"], one["name"], one["line"]) for one in shown] == [
        ("en", "answer", 6),
        ("en", "variant 1", 10),
        ("et", "answer", 7),
        ("et", "variant 1", 10),
    ]
    answer, helped = shown[0]["slack"]
    words = "Hi ‹first_name›: *nine* to six, see https://x.example/?a&amp;b"
    assert answer == {"text": words, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": words}}]}
    buttons = helped["blocks"][1]["elements"]
    assert [(each["text"]["text"], each["value"]) for each in buttons] == [
        ("Hours page", "1.2:0"),
        ("Yes", "1.2:1"),
        ("No", "1.2:2"),
        ("Talk to a human", "human"),
    ]
    answer, helped = shown[0]["telegram"]
    assert answer["text"] == "Hi ‹first_name›: <b>nine</b> to six, see https://x.example/?a&amp;b"
    assert (answer["parse_mode"], answer["reply_markup"]) == ("HTML", None)
    assert helped["reply_markup"]["inline_keyboard"][0][0] == {"text": "Hours page", "callback_data": "1.2:0"}
    assert "<strong>nine</strong>" in shown[0]["web"][0]
    assert '<button form="up" name="press" value="1.2:1"' in shown[0]["web"][1]
    assert shown[0]["plain"][0] == "Hi ‹first_name›: nine to six, see https://x.example/?a&b"


def test_a_variant_is_shown_where_it_is_sent(firstline: Firstline, tmp_path: Path) -> None:
    """What is meant for one channel stands under no other."""
    desk = write_desk(tmp_path / "desk", FILES)
    variant = json.loads(firstline("preview", "hours", "--desk", desk, "--json").out)[1]
    assert variant["slack"][0]["text"] == "At nine."
    assert "telegram" not in variant
    assert "web" not in variant


def test_the_steps_of_a_flow_are_shown_with_their_choices(firstline: Firstline, desk: Path) -> None:
    """Each step that says something, in the order of the file, filled with samples: the mocks answer for calls."""
    steps = json.loads(firstline("preview", "internet-down", "--desk", desk, "--lang", "en", "--json").out)
    assert [step["name"] for step in steps][:6] == ["say", "light", "restart", "restarted", "solved", "article"]
    light = steps[1]["telegram"][-1]["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in light for button in row] == ["Green", "Red or off", "I can't tell"]
    assert steps[1]["slack"][0] == {"file": "media/router-lights.png", "alt": "", "caption": ""}
    assert "by this evening" in steps[0]["plain"][0]


def test_a_terminal_shows_the_channels_side_by_side() -> None:
    """Two in a row where it is narrow, all four where it is wide; no line is wider than the terminal."""
    sent = {name: (Sent(payloads=(), parts=1, read=f"said on {name}\n[Yes] [No]"),) for name in NAMES}
    for width, heads in ((80, [NAMES[:2], NAMES[2:]]), (160, [NAMES])):
        written = StringIO()
        put_side_by_side(sent, Console(width=width, file=written))
        lines = written.getvalue().splitlines()
        assert {len(line) for line in lines} == {width}
        assert [line.replace("│", " ").split() for line in lines if "slack" in line or "web" in line][::2] == heads


def test_one_language_can_be_asked_for(firstline: Firstline, tmp_path: Path) -> None:
    """--lang shows that language only, buttons in brackets; limits and lengths are told beside it."""
    ran = firstline("preview", "hours", "--desk", write_desk(tmp_path / "desk", FILES), "--lang", "et")
    assert "--- slack\nKell *üheksa*.\n\nKas sellest oli abi?\n[Lahtiolek] [Jah] [Ei] [Räägi inimesega]\n" in ran.out
    assert "--- telegram\nKell <b>üheksa</b>.\n\n" in ran.out
    assert "Hi" not in ran.out
    assert "6 words" in ran.err


def test_a_text_is_weighed_as_readers_do(firstline: Firstline, desk: Path) -> None:
    """Its values are those of the desk; how hard it reads and what nobody explains stands beside it."""
    ran = firstline("preview", "wifi-password", "--desk", desk, "--lang", "en", "--json")
    shown = json.loads(ran.out)[0]
    assert "open http://192.168.1.1." in shown["telegram"][1]["text"]
    assert any(note.startswith("reading level") and note.endswith("(LIX): very easy") for note in shown["notes"])
    assert "short forms that the glossary does not explain: WPA2" in shown["notes"]


def test_buttons_are_shown_below(firstline: Firstline, desk: Path) -> None:
    """What can be pressed stands under the answer, as its labels in that language."""
    ran = firstline("preview", "wifi-password", "--desk", desk, "--lang", "en")
    assert "Did that help?\n[I can't sign in] [Wi-Fi still fails]\n[Yes] [No]\n[Talk to a human]\n" in ran.out


def test_an_unknown_article_is_answered_with_the_nearest(firstline: Firstline, desk: Path) -> None:
    """A misspelt id ends with 2 and what was probably meant; so does a language the desk lacks."""
    assert "Did you mean 'wifi-password'?" in firstline("preview", "wifi-pasword", "--desk", desk).err
    assert firstline("preview", "wifi-password", "--desk", desk, "--lang", "fi").code == 2
