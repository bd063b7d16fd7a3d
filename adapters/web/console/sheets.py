"""What the one dialog of the workspace shows: the form of an act, the canned replies, why the bot said something."""

from starlette.responses import Response

from adapters.desk.knowledge import build_replies, build_why
from adapters.storage import staff
from adapters.web.console.showing import fragment
from adapters.web.console.talks import build_talk
from adapters.web.console.visit import Visit
from adapters.web.console.workspace import get_in_scope, read_messages
from bot.model import Conversation, Message
from escalation.routing import first_choice_to_pass_on

TITLES = {
    "transfer": "console_transfer",
    "assign": "console_assign",
    "take_over": "console_take_over",
    "deny": "console_deny",
    "priority": "console_priority",
    "canned": "console_canned_replies",
    "edit": "console_edit",
}
"""Kinds of the dialog with the phrase that stands above."""


async def show_sheet(visit: Visit) -> Response:
    """The dialog of one kind."""
    kind = visit.request.path_params["kind"]
    conversation = await get_in_scope(visit)
    if kind not in TITLES:
        raise visit.refuse("not_found", "console_not_found")
    values: dict[str, object] = {}
    match kind:
        case "transfer":
            values["teams"] = _teams(visit, conversation)
        case "assign":
            values["agents"] = [(agent.id, agent.name) for agent in await read_colleagues(visit, conversation)]
        case "canned":
            values["replies"] = build_replies(conversation, visit.reader)
        case "edit":
            message = await _find_message(visit, conversation, visit.request.query_params.get("message", ""))
            values.update(number=message.number, text=message.text)
    talk = build_talk(conversation, (), {}, visit.reader)
    return fragment(visit, "sheet.html", kind=kind, title=TITLES[kind], talk=talk, **values)


async def show_why(visit: Visit) -> Response:
    """Why the bot said a message: rule, article, confidence with its cut-offs, phrase and where it is written."""
    conversation = await get_in_scope(visit)
    message = await _find_message(visit, conversation, str(visit.request.path_params["number"]))
    if message.because is None:
        raise visit.refuse("not_found", "console_not_found")
    talk = build_talk(conversation, (), {}, visit.reader)
    why = build_why(message.because, visit.reader)
    return fragment(visit, "sheet.html", kind="why", title="console_why", talk=talk, why=why)


async def read_colleagues(visit: Visit, conversation: Conversation) -> list[staff.Agent]:
    """Who is there and works for the conversation's team, so that it may be given to him."""
    team = conversation.handoff.team if conversation.handoff else ""
    return await visit.services.db.read(lambda conn: staff.list_colleagues(conn, team))


async def _find_message(visit: Visit, conversation: Conversation, number: str) -> Message:
    messages = await read_messages(visit, conversation)
    found = next((message for message in messages if str(message.number) == number), None)
    if found is None:
        raise visit.refuse("not_found", "console_not_found")
    return found


def _teams(visit: Visit, conversation: Conversation) -> list[tuple[str, str]]:
    """All other teams, the first choice first: the next tier that speaks the customer's language."""
    policy, handoff = visit.reader.desk.policy, conversation.handoff
    own = handoff.team if handoff else ""
    first = first_choice_to_pass_on(policy, own, conversation.language) if own in policy.teams else None
    others = sorted((team for team in policy.teams if team != own), key=lambda team: team != first)
    return [(team, visit.reader.team_title(team)) for team in others]
