"""A small desk around a few lines of content, for tests that check one thing."""

from datetime import date

from bot.desk import check_folder
from config.findings import Finding
from config.source import DeskFolder

TODAY = date(2026, 11, 21)
DESK = """desk:
  name: Sample
  languages: [en, et, ru, lt]
  default_language: en
  variables: {page: "https://help.example"}
  customer: {first_name: text, plan: [home, business], vip: yes_no}
  actions:
    check: {webhook: "https://ops.example/check", takes: {address: text}, returns: {ok: yes_no}, mock: {ok: yes}}
"""
MEDIA = {"media/router.png": 1_000, "media/large.png": 100, "media/drawing.svg": 10}


def sample_folder(content: str | bytes, **files: str) -> DeskFolder:
    """A desk folder with this content in `kb/sample.yml`, beside a small desk if it brings none of its own."""
    data = content.encode() if isinstance(content, str) else content
    folder = {"kb/sample.yml": data} | {name: text.encode() for name, text in files.items()}
    if b"desk:" not in data:
        folder["config/desk.yml"] = DESK.encode()
    return DeskFolder(root="sample", content=folder, media=MEDIA)


def check_sample(content: str | bytes, *, hints: bool = True) -> tuple[Finding, ...]:
    """What the check says about this content in a small desk."""
    return check_folder(sample_folder(content), today=TODAY, hints=hints).findings


def codes_of(content: str | bytes, *, hints: bool = False) -> list[str]:
    """The codes of these findings, in their order."""
    return [finding.code for finding in check_sample(content, hints=hints)]
