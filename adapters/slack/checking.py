"""Proves by asking that Slack is set up as it must be: token, socket, agents' channels. For `firstline doctor`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from adapters.slack.api import Account, Api, ApiError, RefusedError
from adapters.slack.refusals import judge
from bot.ports import SendClass

MANUAL = (
    "What only the real Slack shows: that a customer's first message is answered, that a claim in the channel reaches "
    "him, and that the request URLs of events, interactivity and commands are the server's."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    part: str
    good: bool
    says: str
    fix: str = ""


async def check_slack(bot: Account, app: Account | None, channels: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Looks at an app and at the channels of the teams.

    Args:
        bot: The app with its bot token.
        app: The app with its app-level token, in socket mode.
        channels: The agents' channels, each with the name of a team in it.
    """
    api = Api(bot)
    try:
        me = await api.call("auth.test")
        yield Finding(part="slack", good=True, says=f"{me.get('user', '')} in {me.get('team', '')}")
        for channel, team in channels.items():
            yield await _check_channel(api, channel, team)
    except ApiError as error:
        is_token = judge(error).became is SendClass.ACCOUNT
        fix = "install the app again and set its bot token" if is_token else "let this machine reach Slack"
        yield Finding(part="slack", good=False, says=str(error), fix=fix)
    finally:
        await api.close()
    if app is not None:
        yield await _check_socket(app)


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
