"""What the log shows, and what it never shows."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from adapters.logs import configure_logs, redact


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123456789012-abcDEF",
        "xapp-1-A012-345-abcdef",
        "123456789:AAEhBP0av28fakefakefakefakefakefake",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl",
        "4111 1111 1111 1111",
    ],
)
def test_what_looks_like_a_secret_is_hidden(secret: str) -> None:
    """Tokens of the platforms, signed tokens and card numbers never reach the log."""
    assert secret not in redact(f"failed with {secret} at once")


def test_passwords_in_addresses_are_hidden() -> None:
    """A database address keeps its host and loses its password."""
    assert redact("postgresql://anna:pa55word@db.example/firstline") == "postgresql://•••@db.example/firstline"


def test_a_line_has_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """An event is one line with its keys, on stderr."""
    configure_logs()
    structlog.get_logger("escalation").info("handoff_opened", team="billing", reason="asks for a human")
    assert capsys.readouterr().err.endswith("info handoff_opened team=billing reason='asks for a human'\n")


def test_a_named_secret_is_hidden_even_in_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """The values of the desk's own secrets are hidden wherever they turn up."""
    configure_logs(secrets=["correct-horse-battery"])
    try:
        raise ValueError("refused: correct-horse-battery")
    except ValueError:
        logging.getLogger("any.module").exception("call_failed")
    written = capsys.readouterr().err
    assert "call_failed" in written
    assert "ValueError: refused: •••" in written
    assert "correct-horse-battery" not in written


def test_other_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """A server's access lines and a client's requests stay out unless something is wrong."""
    configure_logs()
    logging.getLogger("uvicorn.access").info("GET /")
    logging.getLogger("httpx").warning("connection lost")
    written = capsys.readouterr().err
    assert "GET /" not in written
    assert "warning connection lost" in written


def test_a_collector_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With as_json each line is one object."""
    configure_logs(as_json=True)
    structlog.get_logger("web").warning("slow", ms=3)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["ms"]) == ("slow", "warning", 3)
