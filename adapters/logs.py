"""How the log looks: events with keys on stderr, and no secret in any of them.

Everybody logs through structlog or the standard library; called once by the command line before anything else.
"""

import logging
import logging.config
import re
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from escalation.redaction import HIDDEN, hide_secrets

_SECRETS = re.compile(
    r"\bxox[a-z]-[\w-]{10,}|\bxapp-[\w-]{10,}"  # Slack
    r"|\b\d{6,12}:[\w-]{30,}"  # Telegram
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # JSON Web Tokens
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password in an address
    r"|(?i:(?<=bearer )\S+)"
    r"|(?i:(?<=token=)[^\s&'\"]+|(?<=secret=)[^\s&'\"]+|(?<=signature=)[^\s&'\"]+)"
)
_QUIET = ("apscheduler", "asyncio", "httpcore", "httpx", "alembic", "uvicorn", "watchfiles")


def redact(line: str, secrets: Iterable[str] = ()) -> str:
    """The line without tokens, passwords, card numbers and the given secrets."""
    for secret in secrets:
        line = line.replace(secret, HIDDEN)
    return hide_secrets(_SECRETS.sub(HIDDEN, line))


def configure_logs(*, debug: bool = False, as_json: bool = False, secrets: Iterable[str] = ()) -> None:
    """Sends every log line through one format and one filter, to stderr.

    Args:
        debug: Shows what firstline does in detail; other libraries stay at warnings.
        as_json: One JSON object a line, for a log collector.
        secrets: Values that must never be seen, such as the tokens of channels.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = _HidingFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _render_line,
        ],
    )
    formatter.secrets = tuple(sorted((secret for secret in secrets if len(secret) >= 6), key=len, reverse=True))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.DEBUG if debug else logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class _HidingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that nothing slips past: arguments, keys and tracebacks."""

    secrets: tuple[str, ...] = ()
    """Values to hide, longest first."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return redact(super().format(record), self.secrets)


def _render_line(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    """`12:00:01 info handoff_opened team=billing`, and a traceback below."""
    time = str(event.pop("timestamp", ""))[11:19]
    level, name, trace = event.pop("level", ""), event.pop("event", ""), event.pop("exception", "")
    keys = "".join(f" {key}={_one_line(value)}" for key, value in event.items())
    return f"{time} {level} {name}{keys}" + (f"\n{trace}" if trace else "")


def _one_line(value: object) -> str:
    text = str(value)
    return repr(text) if re.search(r"[\s=\"]", text) or not text else text
