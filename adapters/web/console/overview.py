"""The page of supervisors and admins: how many wait and for how long, what was set aside, which sends need a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from adapters.desk.formats import full_time_of, short_age_of
from adapters.desk.lines import waiting_since
from adapters.desk.reader import Reader
from adapters.desk.scope import is_in_scope
from adapters.storage import staff, views
from adapters.storage.inbox import replay
from adapters.storage.sessions import write_audit
from adapters.web.console.acts import put_event
from adapters.web.console.rights import Right, may
from adapters.web.console.showing import page
from adapters.web.console.visit import Visit
from bot.model import Commanded, Conversation, Role
from bot.ports import SendState
from escalation.handoff import Owner, owner_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that leads to its list."""

    value: str
    label: str
    link: str
    is_hot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """One team's queue in numbers."""

    title: str
    waiting: int
    oldest: str
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideRow:
    """An event that was given up after errors."""

    id: int
    received: str
    channel: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRow:
    """A send that a person has to look at."""

    delivery: int
    conversation: str
    number: int
    channel: str
    became: str
    reason: str


async def show_overview(visit: Visit) -> Response:
    """The page, with what this reader may see of it."""
    reader, roles = visit.reader, visit.agent.roles
    talks = await _read_talks(visit) if may(roles, Right.SUPERVISE) else ()
    set_aside = await _read_set_aside(visit)
    sends = await _read_sends(visit)
    waiting = [each for each in talks if owner_of(each, reader.desk.policy, reader.now) is Owner.QUEUE]
    health = [
        {"name": name, "ok": part.ok, "reason": part.reason} for name, part in visit.services.health.parts.items()
    ]
    told = "console_replayed" if "replayed" in visit.request.query_params else ""
    return page(
        visit,
        "desk.html",
        page="desk",
        figures=_figures(waiting, set_aside, sends, reader),
        teams=_team_rows(talks, reader),
        agents=await _read_agents(visit) if may(roles, Right.SUPERVISE) else (),
        quarantined=set_aside,
        sends=sends,
        health=health if may(roles, Right.OPERATE) else (),
        told=reader.say(told) if told else "",
        told_wrong=False,
    )


async def replay_event(visit: Visit) -> Response:
    """Has an event worked again that was set aside after errors."""
    row = visit.field("row", 18)
    if not (row.isascii() and row.isdigit()):
        raise visit.refuse("invalid", "console_invalid")
    services, agent, now = visit.services, visit.agent.key, visit.reader.now
    if not await services.db.write(lambda conn: replay(conn, int(row))):
        raise visit.refuse("not_found", "console_not_found")
    await services.db.write(lambda conn: write_audit(conn, agent, "replay", f"inbox:{row}", now))
    return RedirectResponse("/console/desk?replayed=1", status_code=303)


async def set_availability(visit: Visit) -> Response:
    """Says for an agent of the own teams whether he takes conversations now; it is written down."""
    wanted, available = visit.field("agent", 64), visit.fields.get("available") == "yes"
    agent = next((each for each in await _read_agents(visit) if each.id == wanted), None)
    if agent is None:
        raise visit.refuse("not_found", "console_not_found")
    services, own, now = visit.services, visit.agent.key, visit.reader.now
    detail = "available" if available else "away"
    await services.db.write(lambda conn: staff.set_available(conn, agent.id, available=available))
    await services.db.write(lambda conn: write_audit(conn, own, "availability", f"agent:{agent.id}", now, detail))
    return RedirectResponse("/console/desk#agents", status_code=303)


async def send_again(visit: Visit) -> Response:
    """Has a failed or unsure send tried again."""
    return await _answer_send(visit, "again")


async def take_as_arrived(visit: Visit) -> Response:
    """Takes an unsure send as arrived."""
    return await _answer_send(visit, "arrived")


async def _answer_send(visit: Visit, name: str) -> Response:
    wanted = visit.field("delivery", 18)
    sends = await visit.services.db.read(views.read_troubled_sends)
    send = next((each for each in sends if str(each.delivery) == wanted), None)
    conversation = await _find(visit, send.conversation) if send else None
    if conversation is None:
        raise visit.refuse("not_found", "console_not_found")
    await put_event(visit, conversation, Commanded(name=name, args={"delivery": wanted}))
    return RedirectResponse("/console/desk#sends", status_code=303)


async def _read_agents(visit: Visit) -> tuple[staff.Agent, ...]:
    """The people who answer for the teams of this supervisor."""
    own = set(visit.agent.teams)
    agents = await visit.services.db.read(staff.list_agents)
    answering = (each for each in agents if {Role.AGENT, Role.SUPERVISOR} & set(each.roles))
    return tuple(each for each in answering if not own or not each.teams or own & set(each.teams))


async def _read_talks(visit: Visit) -> tuple[Conversation, ...]:
    talks = await visit.services.db.read(views.read_open)
    return tuple(each for each in talks if is_in_scope(visit.agent, each))


async def _read_set_aside(visit: Visit) -> tuple[SetAsideRow, ...]:
    reader = visit.reader
    return tuple(
        SetAsideRow(
            id=row.row,
            received=full_time_of(row.received_at, reader.zone, reader.language),
            channel=row.event.at.channel if row.event else row.lane.partition(":")[0],
            error=row.error,
        )
        for row in await visit.services.db.read(views.read_quarantined)
    )


async def _read_sends(visit: Visit) -> tuple[SendRow, ...]:
    rows = []
    for send in await visit.services.db.read(views.read_troubled_sends):
        conversation = await _find(visit, send.conversation)
        if conversation is not None:
            rows.append(
                SendRow(
                    delivery=send.delivery,
                    conversation=conversation.id,
                    number=conversation.number,
                    channel=send.channel.capitalize(),
                    became=send.state,
                    reason=send.reason,
                )
            )
    return tuple(rows)


async def _find(visit: Visit, id_: str) -> Conversation | None:
    """A conversation that this reader may answer for: in scope, or he operates the whole."""
    found = await visit.services.db.read(lambda conn: views.find_talk(conn, id_))
    may_see = found is not None and (is_in_scope(visit.agent, found) or may(visit.agent.roles, Right.OPERATE))
    return found if may_see else None


def _figures(
    waiting: Sequence[Conversation], set_aside: Sequence[SetAsideRow], sends: Sequence[SendRow], reader: Reader
) -> tuple[Figure, ...]:
    oldest = min((waiting_since(each) for each in waiting), default=None)
    failed = sum(send.became == SendState.FAILED for send in sends)
    figures = (
        (str(len(waiting)), "console_waiting_now", "/console?view=unassigned", False),
        (
            short_age_of(oldest, reader.now, reader.language) if oldest else "–",
            "console_oldest_wait",
            "/console?view=unassigned",
            False,
        ),
        (str(len(set_aside)), "console_quarantined", "#quarantined", bool(set_aside)),
        (str(failed), "console_failed_sends", "#sends", failed > 0),
        (str(len(sends) - failed), "console_unsure_sends", "#sends", len(sends) > failed),
    )
    return tuple(Figure(value=value, label=label, link=link, is_hot=hot) for value, label, link, hot in figures)


def _team_rows(talks: Sequence[Conversation], reader: Reader) -> tuple[TeamRow, ...]:
    rows = []
    for team in reader.desk.policy.teams:
        own = [each for each in talks if each.handoff is not None and each.handoff.team == team]
        waiting = [each for each in own if each.handoff is not None and each.handoff.agent is None]
        oldest = min((waiting_since(each) for each in waiting), default=None)
        rows.append(
            TeamRow(
                title=reader.team_title(team),
                waiting=len(waiting),
                oldest=short_age_of(oldest, reader.now, reader.language) if oldest else "",
                held=len(own) - len(waiting),
            )
        )
    return tuple(rows)
