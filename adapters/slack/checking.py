"""Proves by asking that Slack is set up as it must be: tokens, scopes, clock, channels, and the way events come in.

For `firstline doctor`. Nothing is changed, and no secret is shown.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from adapters.slack.api import Account, Api, ApiError, RefusedError
from adapters.slack.refusals import judge
from adapters.slack.signature import MOMENT, SIGNATURE, sign
from bot.ports import SendClass

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "users:read",
)
"""What the app must be allowed; the manifest in the documentation asks for exactly this."""
SKEW_WARNS, SKEW_REFUSES = 60.0, 300.0
"""Seconds that the clock may be away; beyond the second no signature is genuine any more."""
MANUAL = (
    "What only the real Slack shows: that a customer's first message is answered, that a claim in the channel reaches "
    "him, and that the request URLs of events, interactivity and commands are the server's."
)
_INSTALL = "install the app again and set its bot token"
_SECRET = re.compile(r"[0-9a-f]{32}")
_CHALLENGE = "firstline doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    part: str
    good: bool
    says: str
    fix: str = ""
    warns: bool = False
    """It works, but somebody should look at it."""


async def check_slack(
    bot: Account, app: Account | None, channels: Mapping[str, str], now: datetime
) -> AsyncIterator[Finding]:
    """Looks at an app and at the channels of the teams.

    Args:
        bot: The app with its bot token.
        app: The app with its app-level token, in socket mode.
        channels: The agents' channels, each with the name of a team in it.
        now: What this machine's clock says.
    """
    for part, token, begins, page in (
        ("slack bot token", bot.token, "xoxb-", "OAuth & Permissions"),
        *((("slack app token", app.token, "xapp-", "Basic Information, App-Level Tokens"),) if app else ()),
    ):
        if not token.startswith(begins):
            fix = f"copy the one from {page} that begins with {begins}"
            yield Finding(part=part, good=False, says=f"does not begin with {begins}", fix=fix)
    api = Api(bot)
    try:
        me, headers = await api.introduce()
        yield Finding(part="slack", good=True, says=f"{me.get('user', '')} in {me.get('team', '')}")
        for finding in (*_check_scopes(headers), *_check_clock(headers, now)):
            yield finding
        for channel, team in channels.items():
            yield await _check_channel(api, channel, team)
    except ApiError as error:
        is_token = judge(error).became is SendClass.ACCOUNT
        fix = _INSTALL if is_token else "let this machine reach Slack"
        yield Finding(part="slack", good=False, says=str(error), fix=fix)
    finally:
        await api.close()
    if app is not None:
        yield await _check_socket(app)


async def check_hook(bot: Account, url: str, secrets: Sequence[str], now: datetime) -> AsyncIterator[Finding]:
    """Looks at the way in for events over http: the secrets, the address, and whether firstline answers there.

    Args:
        bot: The app.
        url: The request URL that Slack must know.
        secrets: The signing secrets.
        now: What this machine's clock says.
    """
    if not all(_SECRET.fullmatch(each) for each in secrets):
        fix = "copy it from Basic Information, Signing Secret: 32 signs, 0-9 and a-f"
        yield Finding(part="slack signing secret", good=False, says="does not look like one", fix=fix)
    if not url.startswith("https://"):
        fix = "put an HTTPS proxy in front, and its address into channels: server: public_url:, or use mode: socket"
        yield Finding(part="slack events", good=False, says=f"Slack cannot reach {url}", fix=fix)
        return
    body, moment = json.dumps({"type": "url_verification", "challenge": _CHALLENGE}).encode(), f"{now.timestamp():.0f}"
    api = Api(bot)
    try:
        answer = await api.bring(url, body, {MOMENT: moment, SIGNATURE: sign(body, moment, secrets[0])})
        is_ours = _CHALLENGE in answer
        says = f"{url} {'answers' if is_ours else 'is not ours'}"
        fix = "let the proxy pass /hooks/ on to firstline, and give both the same signing secret"
        yield Finding(part="slack events", good=is_ours, says=says, fix=fix)
    except ApiError as error:
        fix = "start the server, let the proxy pass /hooks/ on to it, and look again"
        yield Finding(part="slack events", good=True, warns=True, says=f"{url}: {error}", fix=fix)
    finally:
        await api.close()


def _check_scopes(headers: Mapping[str, str]) -> list[Finding]:
    """What the app is allowed, as each answer says; nothing is found where the platform does not say it."""
    granted = {each.strip() for each in headers.get("x-oauth-scopes", "").split(",") if each.strip()}
    if not granted:
        return []
    fix = "add it under OAuth & Permissions, reinstall"
    missing = [each for each in SCOPES if each not in granted]
    if missing:
        return [Finding(part="slack", good=False, says=f"scope {each} missing", fix=fix) for each in missing]
    return [Finding(part="slack scopes", good=True, says=f"all {len(SCOPES)} are granted")]


def _check_clock(headers: Mapping[str, str], now: datetime) -> list[Finding]:
    """How far the clock is from the platform's."""
    try:
        there = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return []
    away = abs((now - there.replace(tzinfo=there.tzinfo or UTC)).total_seconds())
    says = f"{away:.0f} s from Slack's"
    return [
        Finding(
            part="slack clock",
            good=away <= SKEW_REFUSES,
            warns=away > SKEW_WARNS,
            says=says,
            fix="set the machine's clock; use NTP" if away > SKEW_WARNS else "",
        )
    ]


async def _check_channel(api: Api, channel: str, team: str) -> Finding:
    part = f"slack channel of {team}"
    try:
        found = (await api.call("conversations.info", channel=channel)).get("channel")
    except RefusedError as error:
        fix = f"invite the bot to {channel}; see that the app has the rights of the manifest"
        return Finding(part=part, good=False, says=str(error), fix=fix)
    info = found if isinstance(found, dict) else {}
    if not info.get("is_member"):
        return Finding(part=part, good=False, says="the bot is not in it", fix=f"invite the bot to {channel}")
    if info.get("is_archived"):
        return Finding(part=part, good=False, says="is archived", fix="name another channel in escalation/policy.yml")
    if info.get("is_ext_shared") or info.get("is_org_shared"):
        return Finding(part=part, good=False, says="is shared with others", fix="use a channel of your own people only")
    return Finding(part=part, good=True, says=f"#{info.get('name', channel)}")


async def _check_socket(app: Account) -> Finding:
    api = Api(app)
    try:
        await api.call("apps.connections.open")
    except ApiError as error:
        fix = "make an app-level token with connections:write and set it"
        return Finding(part="slack socket", good=False, says=str(error), fix=fix)
    finally:
        await api.close()
    return Finding(part="slack socket", good=True, says="can be opened")
