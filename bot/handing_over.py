"""The passing to people: the card, the places, and what the customer is told once it is true."""

from dataclasses import replace

from bot.funnel import Fate, note_fate
from bot.model import (
    Address,
    Audience,
    Because,
    Delivered,
    Handoff,
    Message,
    MessageKind,
    Place,
    PlaceId,
    PlaceRole,
    QuestionKind,
    Reach,
    SendOutcome,
    Trust,
)
from bot.showing import note_outcome
from bot.talk import Talk
from config.values import Priority
from escalation.hours import is_open, opens_at
from escalation.policy import Trigger
from escalation.routing import choose_route
from escalation.waits import find_range
from kb.flows.checklist import ChecklistStep, Wording, build_checklist


def hand_over(
    talk: Talk,
    *,
    trigger: Trigger | None = None,
    team: str | None = None,
    priority: Priority | None = None,
    reason: str = "",
    summary: str = "",
    message: str = "",
    steps: tuple[str, ...] = (),
    passed: tuple[str, ...] = (),
    rule: str = "trigger",
) -> None:
    """Passes the conversation to people, or back into the queue where it waits already.

    Team and priority are decided one by one: what the caller says, the trigger, the first fitting line of the
    routing, the default. A flow that runs is left where it stands: its steps are on the card, and it can be picked up.

    Args:
        talk: The Turn being made.
        trigger: What fired, if anything did.
        team: The team that was asked for.
        priority: How urgent it was said to be.
        reason: One word for reports.
        summary: For agents, in place of the customer's wish.
        message: Markdown, said in place of the trigger's message or `handed_over`.
        steps: What a flow has done; those of the running one if there are none.
        passed: The steps that ran in a flow that has ended, as `flow/step`.
        rule: What settled it.
    """
    _end_question(talk)
    talk.change(failed=0, missed=0, waiting=None)
    waiting = talk.conversation.handoff
    because = Because(rule=rule, trigger=trigger.id if trigger else "", version=talk.desk.version)
    talk.because.append(because)
    pause_flow(talk)
    said = message or (talk.word(trigger.message, f"trigger:{trigger.id}") if trigger and trigger.message else "")
    if waiting is not None:
        talk.change(handoff=replace(waiting, asked_bot=False))
        tell(talk, said)
        return
    chosen_team, chosen_priority = choose_route(
        talk.desk.policy,
        talk.values(),
        team or (trigger.team if trigger else None),
        priority or (trigger.priority if trigger else None),
    )
    upto = talk.conversation.last_number
    card = open_desk(
        talk,
        Handoff(
            team=chosen_team,
            priority=chosen_priority,
            trigger=trigger.id if trigger else "",
            reason=reason,
            summary=summary,
            opened_at=talk.now,
            queued_at=talk.now,
            upto=upto,
            card=upto + 1,
            steps=steps or done_in_flow(talk),
            checklist=list_steps(talk, passed),
        ),
    )
    if said:
        tell(talk, said)
    elif not _desk_places(talk, card):
        tell(talk)


def pause_flow(talk: Talk) -> None:
    """Leaves a flow that runs where it stands."""
    flow = talk.conversation.flow
    if flow is not None and flow.left_at is None:
        talk.because.append(note_fate(flow, Fate.HUMAN, talk.desk.version))
        talk.change(flow=replace(flow, left_at=talk.now))


def done_in_flow(talk: Talk) -> tuple[str, ...]:
    """What the flow that runs has done, for the card."""
    flow = talk.conversation.flow
    return flow.done if flow else ()


def list_steps(talk: Talk, passed: tuple[str, ...] = ()) -> tuple[ChecklistStep, ...]:
    """The steps of the flow that was left, or that has just ended, for agents to tick.

    Args:
        talk: The Turn being made.
        passed: Of a flow that has ended.
    """
    flow, desk = talk.conversation.flow, talk.desk
    wording = Wording(programs=desk.programs, actions=desk.settings.actions, language=desk.default_language)
    return build_checklist(passed or (flow.passed if flow else ()), flow, wording)


def _end_question(talk: Talk) -> None:
    """An answer that is followed by a person in place of "Did that help?" is remembered as that."""
    question = talk.conversation.question
    if question is not None and question.kind in (QuestionKind.HELPED, QuestionKind.ALSO):
        note_outcome(talk, "handed_over")
    talk.close_question()


def open_desk(talk: Talk, handoff: Handoff) -> Message:
    """Puts the card and the frozen transcript before the team and opens its places; those of before are left."""
    card = talk.add("", kind=MessageKind.CARD, audience=Audience.DESK)
    talk.add(str(handoff.upto), kind=MessageKind.TRANSCRIPT, audience=Audience.DESK)
    left = tuple(
        replace(place, live=False) if place.role is PlaceRole.DESK else place for place in talk.conversation.places
    )
    fresh = tuple(
        Place(
            id=PlaceId(f"{talk.conversation.id}.{len(left) + position}"),
            role=PlaceRole.DESK,
            address=address,
            since=card.number,
            team=handoff.team,
        )
        for position, address in enumerate(_agent_channels(talk, handoff.team), 1)
    )
    talk.change(handoff=replace(handoff, card=card.number), places=(*left, *fresh))
    return card


def tell(talk: Talk, said: str = "") -> None:
    """Tells the customer what holds now: passed on, or kept until the team is back.

    Args:
        talk: The Turn being made.
        said: Markdown in place of `handed_over`.
    """
    handoff = talk.conversation.handoff
    if handoff is None:
        return
    talk.change(handoff=replace(handoff, told=True))
    if said:
        talk.add(said, kind=MessageKind.STATE, phrase="handed_over")
    policy = talk.desk.policy
    title = talk.team_title(handoff.team)
    if is_open(policy, handoff.team, talk.now):
        if not said:
            talk.add(
                f"{talk.phrase('handed_over', team=title, wait=_say_wait(talk))}\n\n{talk.phrase('anything_else')}",
                kind=MessageKind.STATE,
                phrase="handed_over",
            )
        return
    talk.line("closed", team=title, opens_at=talk.moment(opens_at(policy, handoff.team, talk.now)))
    customer = talk.conversation.customer
    if talk.conversation.key.channel == "web" and customer.trust is Trust.ANONYMOUS and not _reachable(talk):
        talk.ask_phrase(QuestionKind.CONTACT, "contact", [])


def _say_wait(talk: Talk) -> str:
    """The usual wait in words, and kept in mind so that it can be measured whether it was true."""
    handoff = talk.conversation.handoff
    found = find_range(talk.queues, handoff.team) if handoff else None
    if handoff is None or found is None:
        return talk.phrase("wait_unknown")
    talk.change(handoff=replace(handoff, wait_shown=found.high))
    return (
        talk.phrase("wait_over_hour") if found.is_over_an_hour else talk.phrase("wait", low=found.low, high=found.high)
    )


def take_delivery(talk: Talk, delivered: Delivered) -> None:
    """The sender tells that a card stands, or that a send came to nothing."""
    handoff = talk.conversation.handoff
    match delivered.outcome:
        case SendOutcome.SHOWN:
            if handoff and not handoff.told and delivered.message >= handoff.card:
                tell(talk)
        case SendOutcome.PERSON_GONE:
            report_customer_gone(talk, Reach.BLOCKED)
        case SendOutcome.PLACE_GONE:
            talk.change(
                places=tuple(
                    replace(place, live=False) if place.id == delivered.place else place
                    for place in talk.conversation.places
                )
            )
            if handoff and not handoff.told:
                tell(talk)
        case SendOutcome.FAILED | SendOutcome.PARKED:
            if handoff and not handoff.told and delivered.message == handoff.card:
                tell(talk)


def report_customer_gone(talk: Talk, reach: Reach) -> None:
    """The customer can be written to no more, or again: the desk is told, his place follows."""
    reachable = reach is Reach.REACHABLE
    talk.change(
        places=tuple(
            replace(place, live=reachable) if place.role is PlaceRole.CUSTOMER else place
            for place in talk.conversation.places
        )
    )
    if talk.conversation.handoff is not None:
        talk.add(reach.value, kind=MessageKind.STATE, audience=Audience.DESK)


def _agent_channels(talk: Talk, team: str) -> list[Address]:
    """Where the team's desk stands, besides the console."""
    settings = talk.desk.policy.teams[team]
    named = (("slack", settings.slack), ("telegram", settings.telegram))
    return [Address(channel=channel, chat=chat) for channel, chat in named if chat]


def _desk_places(talk: Talk, card: Message) -> list[Place]:
    return [p for p in talk.conversation.places if p.role is PlaceRole.DESK and p.live and p.since >= card.number]


def _reachable(talk: Talk) -> bool:
    """Whether something is known by which a colleague could answer after the page is left."""
    return any(talk.conversation.customer.fields.get(name) for name in ("email", "phone"))
