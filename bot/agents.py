"""What an agent does on a desk becomes a Turn: claim, reply, note, transfer, resolve and the rest.

Whether he may is `escalation.rights`, who may see his words `escalation.audience`; here is what follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.canned import fill_reply
from bot.desk import Desk
from bot.flowing import offer_resume, take_call_answer
from bot.handing_over import done_in_flow, list_steps, open_desk, pause_flow
from bot.model import (
    AgentId,
    Audience,
    Author,
    CallAnswered,
    ClosedBy,
    Commanded,
    Conversation,
    Deleted,
    Edited,
    Handoff,
    MessageKind,
    Said,
    Wait,
)
from bot.reopening import open_again
from bot.showing import can_see, read_article
from bot.survey import ask_survey, close
from bot.talk import Talk
from bot.transcribing import find_own, take_deletion, take_edit
from config.texts import EmptyValueError
from config.values import Priority
from escalation.audience import audience_after_edit, audience_of
from escalation.handoff import owner_of
from escalation.hours import is_open
from escalation.rights import Act, Refusal, find_refusal


def take_agent_event(talk: Talk) -> str:
    """Does what an agent did on a desk.

    Returns:
        Why it had no effect, in words for him; empty if it had one.
    """
    body = talk.event.body
    refusal: Refusal | None = None
    match body:
        case Said():
            refusal = _write(talk, body)
        case Commanded():
            refusal = _act(talk, body)
        case Edited():
            refusal = _edit(talk, body)
        case Deleted():
            refusal = None if take_deletion(talk, body.target) else Refusal.UNKNOWN
        case _:
            return ""
    return "" if refusal is None else say_refusal(refusal, talk.conversation, talk.desk, talk.now)


def _write(talk: Talk, said: Said, origin: str | None = None) -> Refusal | None:
    """An agent's words in a thread or in the composer that sends; who may see them is the safe-send rule's.

    Args:
        talk: The Turn being made.
        said: The words.
        origin: Where they stand already; where the event happened if None.
    """
    if not said.text.strip() and not said.attachments:
        return Refusal.EMPTY
    owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    audience, kept = audience_of(talk.event.author, said.text, talk.conversation, owner, at=str(talk.event.at))
    kind = MessageKind.AGENT if audience is Audience.CUSTOMER else MessageKind.NOTE
    talk.add(
        said.text,
        kind=kind,
        audience=audience,
        author=talk.event.author,
        attachments=said.attachments,
        origin=str(talk.event.at) if origin is None else origin,
        external_id=said.external_id,
        phrase=f"kept_{kept.value}" if kept else "",
    )
    _note_agent(talk, spoke=audience is Audience.CUSTOMER)
    return None


def _note_agent(talk: Talk, *, spoke: bool) -> None:
    talk.change(agent_at=talk.now, reminded=False)
    handoff = talk.conversation.handoff
    if spoke and handoff is not None:
        talk.change(agent_spoke_last=True, handoff=replace(handoff, replied_at=handoff.replied_at or talk.now))


def _edit(talk: Talk, edited: Edited) -> Refusal | None:
    before = find_own(talk, edited.target)
    if before is None:
        return Refusal.UNKNOWN
    audience = audience_after_edit(before.audience, edited.text)
    if audience is not before.audience:
        take_deletion(talk, edited.target)
        talk.add(edited.text, kind=MessageKind.NOTE, audience=Audience.DESK, author=talk.event.author)
        return None
    take_edit(talk, edited.target, edited.text)
    return None


def _act(talk: Talk, command: Commanded) -> Refusal | None:
    try:
        act = Act(command.name)
    except ValueError:
        return Refusal.UNKNOWN
    owner = owner_of(talk.conversation, talk.desk.policy, talk.now)
    refusal = find_refusal(act, talk.event.author, talk.conversation, owner)
    return refusal or _ACTS[act](talk, command.args)


def _claim(talk: Talk, _args: Mapping[str, str]) -> Refusal | None:
    _give_to(talk, AgentId(talk.event.author.key), talk.event.author.name)
    return None


def _give_to(talk: Talk, agent: AgentId, name: str) -> None:
    """The conversation is this agent's from now on: the customer hears his name, then the bot is silent."""
    talk.close_question()
    handoff = talk.conversation.handoff
    if handoff is None:
        handoff = _open_handoff(talk, talk.desk.policy.default_team)
    if handoff.agent is None and not handoff.asked_bot and is_open(talk.desk.policy, handoff.team, handoff.queued_at):
        seconds = (talk.now - handoff.queued_at).total_seconds()
        talk.waited = Wait(team=handoff.team, seconds=seconds, shown=handoff.wait_shown)
    talk.change(
        handoff=replace(handoff, agent=agent, agent_name=name, claimed_at=talk.now, asked_bot=False, told=True),
        waiting=None,
        reminded=False,
        agent_spoke_last=False,
    )
    talk.line("agent_joined", agent=name)


def _open_handoff(talk: Talk, team: str) -> Handoff:
    upto = talk.conversation.last_number
    pause_flow(talk)
    fresh = Handoff(team=team, opened_at=talk.now, queued_at=talk.now, upto=upto, card=upto + 1, told=True)
    open_desk(talk, replace(fresh, steps=done_in_flow(talk), checklist=list_steps(talk)))
    handoff = talk.conversation.handoff
    if handoff is None:
        raise AssertionError("open_desk leaves a hand-off")
    return handoff


def _release(talk: Talk, _args: Mapping[str, str]) -> Refusal | None:
    handoff = _handoff(talk)
    name = handoff.agent_name
    talk.change(
        handoff=replace(handoff, agent=None, agent_name="", claimed_at=None, queued_at=talk.now), agent_spoke_last=False
    )
    talk.line("agent_left", agent=name)
    return None


def _note(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    if not args.get("text", "").strip():
        return Refusal.EMPTY
    own_id = args.get("external_id") or (talk.event.key if talk.event.at.channel == "console" else "")
    talk.add(
        args["text"],
        kind=MessageKind.NOTE,
        audience=Audience.DESK,
        author=talk.event.author,
        origin=str(talk.event.at) if own_id else "",  # written in a form, it stands in no thread yet
        external_id=own_id,
    )
    _note_agent(talk, spoke=False)
    return None


def _transfer(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    team, reason = args.get("team", ""), args.get("reason", "").strip()
    if team not in talk.desk.policy.teams:
        return Refusal.UNKNOWN
    if not reason:
        return Refusal.NO_REASON
    handoff = _handoff(talk)
    _, titles = talk.desk.policy.teams[team].title.choose(talk.desk.default_language, talk.desk.default_language)
    title = titles[0].text if titles else talk.desk.name
    _inside(talk, f"→ {title}: {reason}")
    open_desk(
        talk,
        replace(
            handoff,
            team=team,
            agent=None,
            agent_name="",
            claimed_at=None,
            asked_bot=False,
            queued_at=talk.now,
            upto=talk.conversation.last_number,
            card=talk.conversation.last_number + 1,
        ),
    )
    talk.change(agent_spoke_last=False)
    talk.line("transferred", team=talk.team_title(team))
    return None


def _back_to_bot(talk: Talk, _args: Mapping[str, str]) -> Refusal | None:
    _keep_ticks(talk)
    talk.change(handoff=None, failed=0, missed=0, negative=0, agent_spoke_last=False, reminded=False, last_answer="")
    talk.change(
        places=tuple(replace(place, live=False) if place.team else place for place in talk.conversation.places),
        bot_turns=0,
    )
    talk.line("back_to_bot")
    offer_resume(talk)
    return None


def _keep_ticks(talk: Talk) -> None:
    """What people have done of a flow stays done, whoever gets the conversation next."""
    flow, handoff = talk.conversation.flow, talk.conversation.handoff
    if flow is not None and handoff is not None:
        ticked = tuple((each.step, each.by) for each in handoff.checklist if each.ticked and each.by)
        talk.change(flow=replace(flow, ticked=ticked))


def _answer_approval(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    """A supervisor allows what a flow has asked for, or denies it and says why; the flow goes on with his answer."""
    approval = talk.conversation.approval
    body = talk.event.body
    if approval is None or not isinstance(body, Commanded):
        return Refusal.NOT_WAITING
    allowed, reason = body.name == Act.APPROVE, args.get("reason", "").strip()
    if not allowed and not reason:
        return Refusal.NO_REASON
    answer = talk.desk.phrases.plain("console_approve" if allowed else "console_deny", talk.desk.default_language)
    _inside(talk, f"{answer}: {approval.title}" + (f" – {reason}" if reason else ""))
    result = {"approved": allowed, "by": talk.event.author.name, "reason": reason}
    take_call_answer(talk, CallAnswered(call=approval.call, result=result))
    return None


def _resolve(talk: Talk, _args: Mapping[str, str]) -> Refusal | None:
    talk.close_question()
    talk.line("resolved")
    ask_survey(talk, "agent_resolved")
    close(talk, ClosedBy.AGENT)
    return None


def _reopen(talk: Talk, _args: Mapping[str, str]) -> Refusal | None:
    open_again(talk)
    _give_to(talk, AgentId(talk.event.author.key), talk.event.author.name)
    return None


def _assign(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    if not args.get("agent") or not args.get("agent_name"):
        return Refusal.UNKNOWN
    _give_to(talk, AgentId(args["agent"]), args["agent_name"])
    return None


def _take_over(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    reason = args.get("reason", "").strip()
    if not reason:
        return Refusal.NO_REASON
    _give_to(talk, AgentId(talk.event.author.key), talk.event.author.name)
    _inside(talk, reason)
    return None


def _send_article(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    """An article goes out as the bot would show it, in the agent's name; what the customer may not see never does."""
    article = talk.desk.articles.get(args.get("id", ""))
    if article is None or not can_see(talk, article.id):
        return Refusal.UNKNOWN
    try:
        answer = read_article(talk, article)
    except EmptyValueError:
        return Refusal.UNKNOWN
    talk.add(answer.text, author=talk.event.author, attachments=answer.attachments, choices=answer.links)
    _note_agent(talk, spoke=True)
    return None


def _send_reply(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    """A canned reply, as the agent has edited it or as it is, then what it does afterwards."""
    replies = talk.desk.replies
    reply = replies.get(args.get("id", "")) or next(
        (each for each in replies.values() if each.shortcut == args.get("shortcut")), None
    )
    if reply is None:
        return Refusal.UNKNOWN
    try:
        text = args.get("text") or fill_reply(reply, talk.conversation, talk.desk, talk.now, talk.event.author.name)
    except EmptyValueError:
        return Refusal.UNKNOWN
    refusal = _write(talk, Said(text=text, external_id=talk.event.key), origin="")
    if refusal is not None:
        return refusal
    then = reply.then
    if then.tags:
        talk.change(tags=tuple(dict.fromkeys((*talk.conversation.tags, *then.tags))))
    if then.priority:
        _set_priority(talk, {"priority": then.priority})
    if then.team:
        return _transfer(talk, {"team": then.team, "reason": text[:200]})
    return _resolve(talk, {}) if then.resolve else None


def _set_priority(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    try:
        priority = Priority(args.get("priority", ""))
    except ValueError:
        return Refusal.UNKNOWN
    talk.change(handoff=replace(_handoff(talk), priority=priority))
    return None


def _claim_and_send(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    """[Claim and send], [Send as text]: the one way a kept message still reaches the customer."""
    kept = talk.conversation.find_message(args.get("message", ""))
    if kept is None or kept.kind is not MessageKind.NOTE or kept.author.key != talk.event.author.key or kept.withdrawn:
        return Refusal.UNKNOWN
    if _handoff(talk).agent is None:
        _claim(talk, {})
    talk.revise(kept, withdrawn=True, former=(*kept.former, kept.text), text="")
    talk.add(kept.text, kind=MessageKind.AGENT, author=talk.event.author, attachments=kept.attachments)
    _note_agent(talk, spoke=True)
    return None


def _tick(talk: Talk, args: Mapping[str, str]) -> Refusal | None:
    """A step of the flow's checklist is done, or with `done: no` is not; it stays with the hand-off."""
    handoff = _handoff(talk)
    step, done = args.get("step", ""), args.get("done", "yes") != "no"
    if all(each.step != step for each in handoff.checklist):
        return Refusal.UNKNOWN
    by = talk.event.author.name if done else ""
    checklist = tuple(
        replace(each, ticked=done, by=by) if each.step == step and each.ticked is not done else each
        for each in handoff.checklist
    )
    talk.change(handoff=replace(handoff, checklist=checklist))
    return None


def _leave_to_storage(_talk: Talk, _args: Mapping[str, str]) -> Refusal | None:
    """An answer to a send in doubt or failed: it changes the delivery, which the storage does with this Turn."""
    return None


_ACTS: Mapping[Act, Callable[[Talk, Mapping[str, str]], Refusal | None]] = {
    Act.CLAIM: _claim,
    Act.RELEASE: _release,
    Act.NOTE: _note,
    Act.TRANSFER: _transfer,
    Act.BOT: _back_to_bot,
    Act.RESOLVE: _resolve,
    Act.REOPEN: _reopen,
    Act.ASSIGN: _assign,
    Act.TAKE_OVER: _take_over,
    Act.ARTICLE: _send_article,
    Act.REPLY: _send_reply,
    Act.PRIORITY: _set_priority,
    Act.SEND: _claim_and_send,
    Act.APPROVE: _answer_approval,
    Act.DENY: _answer_approval,
    Act.TICK: _tick,
    Act.AGAIN: _leave_to_storage,
    Act.ARRIVED: _leave_to_storage,
}


def _handoff(talk: Talk) -> Handoff:
    """The hand-off, where the rights have made sure that there is one."""
    handoff = talk.conversation.handoff
    return handoff if handoff is not None else _open_handoff(talk, talk.desk.policy.default_team)


def _inside(talk: Talk, text: str) -> None:
    author: Author = talk.event.author
    talk.add(text, kind=MessageKind.NOTE, audience=Audience.DESK, author=author)


def say_refusal(refusal: Refusal, conversation: Conversation, desk: Desk, now: datetime) -> str:
    """A refusal as a sentence in the desk's main language, which its agents share."""
    handoff = conversation.handoff
    since = int((now - handoff.claimed_at).total_seconds()) if handoff and handoff.claimed_at else 0
    return desk.phrases.plain(
        refusal.value,
        desk.default_language,
        agent=handoff.agent_name if handoff else "",
        seconds=max(0, since),
    )
