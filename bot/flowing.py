"""Where flows meet the talk: what a move of a flow leads to is said, asked, called and remembered here.

How a flow runs is `kb.flows.run`; how a customer's words are read while one runs is `bot.digressing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from bot.asking import ask_question, in_one_line, put_around, say_line, title_of, word_question
from bot.desk import Desk
from bot.failing import count_failure
from bot.funnel import Fate, fate_of, note_fate
from bot.handing_over import hand_over
from bot.model import (
    Approval,
    Audience,
    Because,
    CallAnswered,
    Choice,
    Conversation,
    Does,
    MessageKind,
    QuestionKind,
)
from bot.starting import starters
from bot.survey import end_solved
from bot.talk import Talk
from config.values import ValueRefusedError
from escalation.handoff import Owner, owner_of
from escalation.triggers import find_dead_end_trigger
from kb.flows.model import Ask
from kb.flows.moves import (
    Advance,
    Calling,
    CallReturned,
    End,
    Ended,
    Known,
    Move,
    Returned,
    TimedOut,
)
from kb.flows.position import FlowPosition
from kb.flows.program import Ask as Question
from kb.flows.run import advance, start


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTimes:
    """How long the bot waits for the customer in the state the conversation is in."""

    remind_after: timedelta
    close_after: timedelta


def flow_times(conversation: Conversation, desk: Desk) -> FlowTimes:
    """The desk's times, or those of the question that a running flow waits for."""
    timing = desk.settings.timing
    question = _open_question(conversation, desk)
    asks = question.asks if question else None
    if not isinstance(asks, Ask):
        return FlowTimes(remind_after=timing.remind_after, close_after=timing.close_after)
    return FlowTimes(
        remind_after=asks.remind_after or timing.remind_after, close_after=asks.timeout or timing.close_after
    )


def is_running(talk: Talk) -> bool:
    """Whether a flow runs and the bot has the conversation."""
    flow = talk.conversation.flow
    return flow is not None and flow.left_at is None and _is_ours(talk)


def is_calling(conversation: Conversation) -> bool:
    """Whether a flow waits for a call: the bot owes the next word, not the customer."""
    flow = conversation.flow
    return flow is not None and flow.left_at is None and flow.call > 0


def open_question(talk: Talk) -> Question | None:
    """The question the running flow waits for; None if it waits for a call, or the question is gone."""
    return _open_question(talk.conversation, talk.desk)


def start_flow(talk: Talk, flow: str, buttons: Sequence[Choice] = ()) -> None:
    """Begins a flow; one that runs already is left.

    Args:
        talk: The Turn being made.
        flow: Its id.
        buttons: Of the answer that led to it; they stand under its first question.
    """
    if flow not in talk.desk.programs:
        talk.say("look_further")
        return
    if is_running(talk):
        _note_left(talk, End.CANCELLED)
    talk.close_question()
    talk.change(flow=None, last_flow=flow, missed=0)
    talk.because.append(Because(rule="flow", article=flow, confidence=1.0, version=talk.desk.version))
    # A full stop follows in the phrase, so that a title that asks does not end in two signs.
    talk.say("flow_start", title=title_of(talk, flow).rstrip(" .?!…"))
    _carry_out(talk, start(talk.desk.programs, flow, known_to(talk)), buttons=buttons)


def move_flow(talk: Talk, move: Move) -> None:
    """Goes on with the flow that runs."""
    flow = talk.conversation.flow
    if flow is None:
        return
    found = advance(flow, move, talk.desk.programs, known_to(talk))
    fate = fate_of(move, flow, gave_up=found.gave_up)
    if fate is not None:
        talk.because.append(note_fate(flow, fate, talk.desk.version))
    _carry_out(talk, found, move)


def return_to_flow(talk: Talk) -> None:
    """After something in between: the flow's question again in one line, with its choices."""
    flow = talk.conversation.flow
    asked = talk.conversation.question
    idle = talk.conversation.waiting is None and (asked is None or asked.kind is QuestionKind.STARTERS)
    if flow is not None and is_running(talk) and idle and not flow.call:
        move_flow(talk, Returned())


def leave_flow(talk: Talk) -> None:
    """Ends the flow because the customer wants to; asks once if something outside was changed."""
    flow = talk.conversation.flow
    if flow is None:
        return
    if not flow.changed:
        end_flow(talk)
        return
    choices = [talk.button("stop", Does.STOP), talk.button("go_on", Does.GO_ON)]
    text = talk.phrase("really_stop", done=", ".join(dict.fromkeys(flow.changed)))
    talk.ask(QuestionKind.REALLY_STOP, text, choices, phrase="really_stop")


def end_flow(talk: Talk) -> None:
    """Ends the flow as cancelled, at once."""
    _note_left(talk, End.CANCELLED)
    talk.change(flow=None, approval=None)
    talk.close_question()
    talk.say("left")


def leave_by_silence(talk: Talk) -> bool:
    """The customer has gone: the flow does what its question says, else it stands where it is for a while.

    Returns:
        Whether the flow has gone on by itself, so that the conversation stays open.
    """
    question = open_question(talk)
    if question is None or not is_running(talk):
        return False
    if question.timeout:
        talk.change(reminded=False)
        move_flow(talk, TimedOut())
        return is_running(talk) or not _is_ours(talk)
    _note_left(talk, End.ABANDONED)
    _pause(talk)
    return False


def offer_resume(talk: Talk) -> bool:
    """Asks whether to go on with a flow that was left half-way not too long ago.

    Returns:
        Whether there was one.
    """
    flow = talk.conversation.flow
    if flow is None or flow.left_at is None:
        return False
    if talk.now - flow.left_at > talk.desk.settings.timing.resume_for or flow.flow not in talk.desk.programs:
        talk.change(flow=None)
        return False
    found = advance(flow, Returned(), talk.desk.programs, known_to(talk))
    title = title_of(talk, flow.flow)
    question = in_one_line(word_question(talk, found.asks)) if found.asks else title
    choices = [
        talk.button("go_on", Does.GO_ON),
        talk.button("start_again", Does.START_AGAIN),
        talk.button("something_else", Does.SOMETHING_ELSE),
    ]
    text = put_around(talk, "resume", question, title=title)
    talk.ask(QuestionKind.RESUME, text, choices, about=flow.flow, phrase="resume")
    return True


def resume_flow(talk: Talk, does: Does) -> None:
    """What the customer chose when asked whether to go on."""
    flow = talk.conversation.flow
    if flow is None:
        return
    match does:
        case Does.GO_ON:
            talk.change(flow=replace(flow, left_at=None), last_flow=flow.flow)
            if flow.call:
                talk.say("working")
            else:
                move_flow(talk, Returned())
        case Does.START_AGAIN:
            talk.change(flow=None)
            start_flow(talk, flow.flow)
        case _:
            talk.change(flow=None)
            talk.ask_phrase(QuestionKind.STARTERS, "help", starters(talk))


def give_up_call(talk: Talk) -> None:
    """No answer in time, from a machine or from people: the call counts as failed."""
    flow = talk.conversation.flow
    if flow is not None:
        take_call_answer(talk, CallAnswered(call=flow.call, result=None, reason="No answer in time."))
    talk.change(approval=None)


def take_call_answer(talk: Talk, answered: CallAnswered) -> None:
    """Goes on with what a call found out; quietly while people have the conversation."""
    flow = talk.conversation.flow
    if flow is None or not flow.call or flow.call != answered.call:
        return
    talk.change(approval=None)
    move = CallReturned(_read_result(talk, flow, answered))
    if is_running(talk):
        move_flow(talk, move)
        return
    found = advance(flow, move, talk.desk.programs, known_to(talk))
    talk.change(flow=replace(found.position, left_at=flow.left_at) if found.asks and found.position else None)


def _read_result(talk: Talk, flow: FlowPosition, answered: CallAnswered) -> Mapping[str, object] | None:
    """The declared fields of the reply, each of its type; None if the call failed or lied."""
    program = talk.desk.programs.get(flow.top.flow)
    index = program.places.get(flow.top.at) if program else None
    step = program.instructions[index] if program and index is not None else None
    action = talk.desk.settings.actions.get(getattr(step, "action", ""))
    if action is None or answered.result is None:
        return None
    try:
        return action.convert_result(answered.result)
    except ValueRefusedError:
        return None


def _open_question(conversation: Conversation, desk: Desk) -> Question | None:
    flow = conversation.flow
    if flow is None or flow.left_at is not None or flow.call:
        return None
    program = desk.programs.get(flow.top.flow)
    return program.question(flow.top.at) if program else None


def _is_ours(talk: Talk) -> bool:
    return owner_of(talk.conversation, talk.desk.policy, talk.now) is Owner.BOT


def known_to(talk: Talk) -> Known:
    """What a flow may know in a talk besides its own slots."""
    return Known(
        values=talk.values(),
        customer=talk.conversation.customer.fields,
        actions=talk.desk.settings.actions,
        language=talk.language,
        default_language=talk.desk.default_language,
        used=talk.conversation.wordings,
        version=talk.desk.version,
    )


def _pause(talk: Talk) -> None:
    flow = talk.conversation.flow
    if flow is not None:
        talk.change(flow=replace(flow, left_at=talk.now))


def _carry_out(talk: Talk, found: Advance, move: Move | None = None, buttons: Sequence[Choice] = ()) -> None:
    """Makes a move's result true: remembered first, then said, then asked, called or ended."""
    conversation = talk.conversation
    talk.change(
        flow=found.position,
        approval=None,
        wordings={**conversation.wordings, **found.used},
        tags=tuple(dict.fromkeys((*conversation.tags, *found.tags))),
        failed=conversation.failed + 1 if found.gave_up and not _ends_unsolved(found) else conversation.failed,
    )
    for name, value in found.remembers.items():
        talk.note_about_customer(name, value)
    for step in found.passed:
        talk.because.append(Because(rule="flow_step", step=step, version=talk.desk.version))
    for line in found.said:
        buttons = [*buttons, *say_line(talk, line)]
    last_said = talk.conversation.last_number
    if found.asks is not None:
        ask_question(talk, found.asks, buttons, move)
    elif found.calls is not None:
        _call(talk, found.calls)
    elif found.ended is not None:
        _end(talk, found, found.ended, by_silence=isinstance(move, TimedOut))
    if buttons and talk.conversation.question is None and _is_ours(talk):
        # No question follows under which the buttons could stand.
        talk.put_under(last_said, [*buttons, talk.human])


def _ends_unsolved(found: Advance) -> bool:
    """Whether it has failed as a whole, which counts once, whatever led to it."""
    return found.ended is not None and found.ended.how is End.UNSOLVED


def _call(talk: Talk, calling: Calling) -> None:
    flow = talk.conversation.flow
    if flow is None:
        return
    call = talk.call(calling.action, calling.values)
    until = talk.now + calling.patience if calling.patience else None
    talk.change(flow=replace(flow, call=call.number, call_until=until))
    action = talk.desk.settings.actions[calling.action]
    if not action.approval:
        return
    title = action.title or action.name
    given = ", ".join(f"{name}: {value}" for name, value in calling.values.items() if value is not None)
    wanted = talk.desk.phrases.plain("approval_wanted", talk.desk.default_language, title=title)
    talk.add(f"{wanted} {given}".strip(), kind=MessageKind.NOTE, audience=Audience.DESK, phrase="approval_wanted")
    until = until or talk.now + action.patience
    talk.change(approval=Approval(call=call.number, title=title, team=action.approval, asked_at=talk.now, until=until))
    talk.say("asked_approval")


def _end(talk: Talk, found: Advance, ended: Ended, *, by_silence: bool = False) -> None:
    _note_end(talk, ended.how)
    match ended.how:
        case End.SOLVED:
            talk.close_question()
            end_solved(talk)
        case End.INFORMED:
            talk.close_question()
            talk.change(failed=0, missed=0)
        case End.UNSOLVED:
            talk.close_question()
            if not by_silence and not count_failure(talk) and not found.said:
                talk.say("look_further")
        case End.ESCALATED:
            _escalate(talk, found, ended)
        case End.CANCELLED | End.ABANDONED:
            talk.close_question()
        case _:
            assert_never(ended.how)


def _escalate(talk: Talk, found: Advance, ended: Ended) -> None:
    if found.call_failed:
        talk.say("call_failed")
    hand_over(
        talk,
        trigger=find_dead_end_trigger(talk.desk.policy, talk.values()) if ended.dead_end else None,
        team=ended.team,
        priority=ended.priority,
        reason=ended.reason,
        summary=ended.summary,
        message=ended.message,
        steps=ended.done,
        passed=ended.passed,
        rule="flow",
    )


def _note_left(talk: Talk, how: End) -> None:
    """The customer went away at the step where the flow stands."""
    flow = talk.conversation.flow
    if flow is not None:
        talk.because.append(note_fate(flow, Fate.LEFT, talk.desk.version))
    _note_end(talk, how)


def _note_end(talk: Talk, how: End) -> None:
    flow = talk.conversation.last_flow
    talk.because.append(Because(rule="flow_end", article=flow, step=how.value, version=talk.desk.version))
