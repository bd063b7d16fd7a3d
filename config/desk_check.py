"""The rules D on the desk and its channels."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from config.channels import Channels, Identity, SlackMode, TelegramMode
from config.fields import Place
from config.findings import Findings
from config.kinds import is_loopback
from config.languages import BUILT_IN
from config.phrases import BuiltIn
from config.place import Position
from config.settings import Action, DeskSettings, Method, Starter
from config.texts import Text
from config.values import ValueRefusedError

FORMAT = 1
MOST_STARTERS = 5
STARTER_ACTIONS = ("article", "flow", "say", "human")

_BOT_WORDS = re.compile(r"bot|robot|assistant|automat|бот|робот|ассистент|помощник|assistent|assistente|asistent", re.I)
_ORIGIN = re.compile(r"https?://[^/?#\s]+")
_PLACEHOLDER = re.compile(r"\{\{\s*[\w.]+")


def check_desk(settings: DeskSettings, findings: Findings) -> None:
    """Every rule that looks at the desk block only."""
    place = settings.place
    if (
        settings.default_language
        and settings.default_language not in settings.languages
        and not (place.misread & {"languages", "default_language"} or findings.has("S16"))
    ):
        findings.report("D01", place.at("default_language"), language=settings.default_language)
    if settings.format != FORMAT:
        findings.report("D16", place.at("format"), format=settings.format)
    for language, wording in settings.bot.greeting.sentences():
        if not _BOT_WORDS.search(wording.text) and "{{ bot }}" not in wording.text:
            findings.report("D06", wording.position, language=language)
    _check_starters(settings.bot.starters, findings)
    for action in settings.actions.values():
        _check_action(action, findings)


def _check_starters(starters: Sequence[Starter], findings: Findings) -> None:
    if len(starters) > MOST_STARTERS:
        findings.report("C09", starters[0].place.position, count=len(starters))
    for starter in starters:
        written = [name for name in STARTER_ACTIONS if starter.place.has(name)]
        if len(written) > 1 or not (written or starter.place.misread):
            listed = f": {', '.join(written)}" if written else ""
            findings.report("A10", starter.place.position, count=len(written), list=listed)
        if starter.say and not starter.label and "label" not in starter.place.misread:
            findings.report("S04", starter.place.position, owner="A starter with 'say'", field="label")


def _check_action(action: Action, findings: Findings) -> None:
    place = action.place
    written = [name for name in ("webhook", "approval") if place.has(name)]
    if len(written) > 1 or not (written or place.misread):
        listed = f": {', '.join(written)}" if written else ""
        findings.report("D09", place.position, count=len(written), list=listed)
    if action.webhook:
        check_https(action.webhook, place.at("webhook"), findings)
    if action.retries and action.method is not Method.GET and not action.repeatable and "method" not in place.misread:
        findings.report("D11", place.at("retries"), method=action.method.value)
    if action.webhook and action.timeout is not None and not 0 < action.timeout.total_seconds() <= 30:
        findings.report("S23", place.at("timeout"), field="timeout", least="1s", most="30s", value=action.timeout)
    if place.has("mock") and not place.misread & {"mock", "returns"} and isinstance(action.mock, Mapping):
        _check_mock(action, findings)


def _check_mock(action: Action, findings: Findings) -> None:
    unknown = next((name for name in action.mock if name not in action.result_types), None)
    try:
        action.convert_result(action.mock)
    except ValueRefusedError as error:
        findings.report("D10", action.place.key_at("mock"), action=action.name, detail=error)
    else:
        if unknown is not None:
            detail = f"'{unknown}' is not one of its fields"
            findings.report("D10", action.place.key_at("mock", unknown), action=action.name, detail=detail)


def check_https(link: str, position: Position, findings: Findings) -> None:
    """D05: what carries customers' data is encrypted, except on this machine."""
    if not link.startswith("https://") and not is_loopback(link):
        findings.report("D05", position, url=link)


def check_channels(channels: Channels, findings: Findings) -> None:
    """Every rule that looks at the channels only."""
    server, web, slack, telegram = channels.server, channels.web, channels.slack, channels.telegram
    if server.public_url:
        check_https(server.public_url, server.place.at("public_url"), findings)
    for number, origin in enumerate(web.origins):
        if not _ORIGIN.fullmatch(origin):
            findings.report("D15", web.place.at("origins", number), value=origin)
    if web.enabled and web.identity is not Identity.ANONYMOUS:
        _need(web.place, "web", {"identity_secret": web.identity_secret}, findings)
    if slack is not None and slack.enabled:
        in_socket = {"app_token": slack.app_token}
        over_http = {"signing_secret": slack.signing_secret, "public_url": server.public_url}
        by_mode = in_socket if slack.mode is SlackMode.SOCKET else over_http
        _need(slack.place, "slack", {"bot_token": slack.bot_token, **by_mode}, findings)
        if slack.api_base:
            check_https(slack.api_base, slack.place.at("api_base"), findings)
    if telegram is not None and telegram.enabled:
        on_call = {"webhook_secret": telegram.webhook_secret, "public_url": server.public_url}
        by_mode = on_call if telegram.mode is TelegramMode.WEBHOOK else {}
        _need(telegram.place, "telegram", {"token": telegram.token, **by_mode}, findings)
        for name in ("base_url", "base_file_url"):
            if link := getattr(telegram, name):
                check_https(link, telegram.place.at(name), findings)


def _need(place: Place, channel: str, needed: Mapping[str, object], findings: Findings) -> None:
    """D14: fields without which the channel cannot work."""
    for name, value in needed.items():
        if not value and name not in place.misread:
            findings.report("D14", place.position, channel=channel, field=name)


def check_environment(settings: DeskSettings, names: Collection[str], findings: Findings) -> None:
    """D04: secrets of actions that are not set.

    Args:
        settings: The desk.
        names: The environment variables that are set.
        findings: Where to report.
    """
    for action in settings.actions.values():
        if action.secret and action.secret not in names:
            findings.report("D04", action.place.at("secret"), name=action.secret, action=action.name)


def check_built_in(
    settings: DeskSettings, own: Mapping[str, Text], words: Mapping[str, Text], built_in: BuiltIn, findings: Findings
) -> None:
    """D18: languages in which the Bot would have nothing to say."""
    for number, language in enumerate(settings.languages):
        if language in BUILT_IN:
            continue
        missing = [key for key in built_in.phrases if key not in own or language not in own[key].wordings]
        missing += [key for key in built_in.words if key not in words or language not in words[key].wordings]
        if missing:
            findings.report("D18", settings.place.at("languages", number), language=language, count=len(missing))


def names_in_phrase(text: Text) -> frozenset[str]:
    """The names that the built-in wordings of a phrase use."""
    return frozenset(
        found[0].lstrip("{ ").partition(".")[0]
        for _, wording in text.sentences()
        for found in _PLACEHOLDER.finditer(wording.text)
    )


def check_places(places: Iterable[tuple[str, str, Position]], findings: Findings) -> None:
    """D17: a place where two teams work.

    Args:
        places: Each place with the team that works there and where that is written.
        findings: Where to report.
    """
    seen: dict[str, str] = {}
    for place, team, position in places:
        other = seen.setdefault(place, team)
        if other != team:
            name = place.partition(":")[2]
            findings.report("D17", position, place=name, first=f"team '{other}'", second=f"team '{team}'")
