"""`firstline preview`."""

import json
from pathlib import Path

from tests.cli.conftest import Firstline, write_desk

FILES = {
    "config/desk.yml": "desk: {name: Shop, languages: [en, et], default_language: en, customer: {first_name: text}}\n",
    "kb/shop.yml": """articles:
  - id: hours
    title: Opening hours
    questions: [When are you open?]
    answer:
      en: "Hi {{ first_name | default('you') }}: **nine** to six, see https://x.example/?a&b"
      et: Kell **üheksa**.
    variants:
      - {channels: [slack], answer: {en: At nine., et: Kell 9.}}
""",
}


def test_an_article_is_shown_as_each_channel_shows_it(firstline: Firstline, tmp_path: Path) -> None:
    """The real renderers make it: web HTML, Slack's mrkdwn and Telegram's HTML, in each language and variant."""
    desk = write_desk(tmp_path / "desk", FILES)
    shown = json.loads(firstline("preview", "hours", "--desk", desk, "--json").out)
    assert [(one["language"], one["wording"]) for one in shown] == [
        ("en", "answer"),
        ("en", "variant 1"),
        ("et", "answer"),
        ("et", "variant 1"),
    ]
    first = shown[0]
    assert first["slack"] == "Hi ‹first_name›: *nine* to six, see https://x.example/?a&amp;b"
    assert first["telegram"] == "Hi ‹first_name›: <b>nine</b> to six, see https://x.example/?a&amp;b"
    assert "<strong>nine</strong>" in first["web"]
    assert first["plain"] == "Hi ‹first_name›: nine to six, see https://x.example/?a&b"


def test_one_language_can_be_asked_for(firstline: Firstline, tmp_path: Path) -> None:
    """--lang shows that language only; limits and lengths are told beside it."""
    ran = firstline("preview", "hours", "--desk", write_desk(tmp_path / "desk", FILES), "--lang", "et")
    assert "--- slack\nKell *üheksa*.\n--- telegram\nKell <b>üheksa</b>.\n" in ran.out
    assert "Hi" not in ran.out
    assert "2 words" in ran.err


def test_a_text_is_weighed_as_readers_do(firstline: Firstline, desk: Path) -> None:
    """Its values are those of the desk; how hard it reads and what nobody explains stands beside it."""
    ran = firstline("preview", "wifi-password", "--desk", desk, "--lang", "en", "--json")
    shown = json.loads(ran.out)[0]
    assert "open http://192.168.1.1." in shown["telegram"]
    assert any(note.startswith("reading level") and note.endswith("(LIX): very easy") for note in shown["notes"])
    assert "short forms that the glossary does not explain: WPA2" in shown["notes"]


def test_buttons_are_shown_below(firstline: Firstline, desk: Path) -> None:
    """What can be pressed stands under the answer, as its labels in that language."""
    ran = firstline("preview", "wifi-password", "--desk", desk, "--lang", "en")
    assert "with the new password.\n[I can't sign in] [Wi-Fi still fails]\n" in ran.out


def test_an_unknown_article_is_answered_with_the_nearest(firstline: Firstline, desk: Path) -> None:
    """A misspelt id ends with 2 and what was probably meant; so does a language the desk lacks."""
    assert "Did you mean 'wifi-password'?" in firstline("preview", "wifi-pasword", "--desk", desk).err
    assert firstline("preview", "wifi-password", "--desk", desk, "--lang", "fi").code == 2
