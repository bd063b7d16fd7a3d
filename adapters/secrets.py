"""Secrets come from the environment, or from the file that `NAME_FILE` names; nowhere else, and only good ones.

The desk folder holds their names. Read once at the start by the command line, before any network.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from config.channels import Channels
from config.errors import FirstlineError
from config.settings import Action

SHORTEST = 16
"""Characters below which a secret can be guessed; tokens of the platforms are longer."""

_PLACEHOLDER = re.compile(
    r"(?i)(<.*>|\{.*\}|\$.*|\.{3,}"
    r"|(your|my|the|some)[-_ ].*|change[-_ ]?(me|it|this).*|.*(example|placeholder).*"
    r"|secret|password|token|none|null|test|dummy|xox[a-z]-\.\.\..*"
    r"|(?P<any>.)(?P=any)*)"
)


class SecretsError(FirstlineError):
    """A secret that the desk names is missing or no good."""


def name_secrets(channels: Channels) -> tuple[str, ...]:
    """The environment variables that a desk's enabled channels need."""
    names: list[str | None] = []
    if channels.web.enabled:
        names += channels.web.identity_secret
    if channels.slack and channels.slack.enabled:
        names += [channels.slack.bot_token, channels.slack.app_token, *channels.slack.signing_secret]
    if channels.telegram and channels.telegram.enabled:
        names += [channels.telegram.token, channels.telegram.webhook_secret]
    return tuple(dict.fromkeys(name for name in names if name))


def find_action_secrets(actions: Iterable[Action], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The environment variables of actions that are set; an action without its secret answers with its mock."""
    names = (action.secret for action in actions if action.secret)
    return tuple(dict.fromkeys(name for name in names if environment.get(name) or environment.get(f"{name}_FILE")))


def read_secrets(names: Iterable[str], environment: Mapping[str, str]) -> Mapping[str, str]:
    """The value of each secret.

    Raises:
        SecretsError: With one line for each that is missing or no good.
    """
    values: dict[str, str] = {}
    problems: list[str] = []
    for name in names:
        try:
            values[name] = _read(name, environment)
        except SecretsError as error:
            problems.append(str(error))
    if problems:
        raise SecretsError("\n".join(problems))
    return values


def _read(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name, "")
    if not value and (path := environment.get(f"{name}_FILE")):
        try:
            value = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretsError(f"{name}_FILE names {path}, which cannot be read: {error}") from error
    if not value:
        raise SecretsError(f"{name} is not set. Set it in the environment, or {name}_FILE to a file that holds it.")
    if "\n" in value or "\r" in value:
        raise SecretsError(f"{name} has more than one line. A secret is one line.")
    if _PLACEHOLDER.fullmatch(value):
        raise SecretsError(f"{name} still holds a placeholder. Put the real secret in.")
    if len(value) < SHORTEST:
        raise SecretsError(f"{name} is shorter than {SHORTEST} characters and can be guessed. Make a longer one.")
    return value
