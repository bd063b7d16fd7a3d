"""Flows inside a conversation: what a customer who interrupts, corrects and leaves is shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.decide import decide
from bot.model import (
    Address,
    Attachment,
    Author,
    AuthorKind,
    CallAnswered,
    Commanded,
    Edited,
    Event,
    MessageKind,
    Opened,
    Role,
    Said,
)
from bot.play import Mock, Play
from bot.silence import next_wake, wake_event
from escalation.handoff import Owner
from kb.flows.position import FlowPosition
from tests.kb.flows.written import build, play, say, where
from tests.making import make_agent

LIGHT = """
flows:
  - id: light
    title: The light
    starts_when: [the light is wrong]
    steps:
      - ask: colour
        text: Which **colour**?
        help: On the box.
        choices:
          - {value: green, label: Green}
          - {value: red, label: Red, goto: restart}
      - ask: cable
        type: yes_no
        text: A cable?
        remind_after: 2m
        timeout: 3m
        on_timeout: restart
      - id: restart
        say: Restart it.
      - solved
      - escalate: {reason: light, summary: "It was {{ colour }}."}
  - id: move
    title: A move
    starts_when: [i want to move house]
    steps:
      - ask: where_to
        text: Where to?
      - end: informed
"""


def running(talk: Play) -> FlowPosition:
    """The flow that runs."""
    assert talk.conversation is not None
    assert talk.conversation.flow is not None
    return talk.conversation.flow


def test_a_flow_from_its_sentence_to_its_end() -> None:
    """A sentence starts it, buttons answer, "Did that help?" ends it kindly."""
    talk = play(LIGHT, "the light is wrong")
    assert [message.phrase for message in talk.messages[-2:]] == ["flow_start", ""]
    assert talk.buttons == ["Green", "Red"]
    assert say(talk, "[Red]") == ["Restart it.", "Did that help?"]
    assert talk.buttons == ["Yes", "No", "Talk to a human"]
    assert say(talk, "[Yes]") == ["Glad to hear it. Is there anything else?"]
    assert talk.conversation is not None
    assert talk.conversation.flow is None


def test_the_chosen_button_is_marked() -> None:
    """A choice made in words is marked on its question as a press is."""
    talk = play(LIGHT, "the light is wrong", "it is green")
    assert next(message.chosen for message in talk.messages if message.text == "Which **colour**?") == "Green"


def test_a_question_in_between_is_answered_and_the_flow_comes_back() -> None:
    """An article is shown, nothing is asked about it, and the question returns with [Stop]; no try is used."""
    talk = play(LIGHT, "the light is wrong", "purple")
    shown = say(talk, "when are you open?")
    assert shown == ["We are open from nine to five.", "Back to **The light**: Which **colour**?"]
    assert talk.buttons == ["Green", "Red", "Stop"]
    assert running(talk).tries == 1
    assert say(talk, "red")[0] == "Restart it."


def test_another_flow_asks_before_it_takes_over() -> None:
    """A sentence of another flow asks first: no comes back, yes leaves, and anything else is read by the flow."""
    talk = play(LIGHT, "the light is wrong")
    assert say(talk, "i want to move house") == ["Leave **The light** and start **A move**?"]
    assert say(talk, "no") == ["Back to **The light**: Which **colour**?"]
    say(talk, "i want to move house")
    assert say(talk, "green") == ["A cable?"]
    say(talk, "i want to move house", "yes")
    assert (where(talk), running(talk).flow) == ("where_to", "move")


def test_the_flow_s_own_sentence_is_no_news() -> None:
    """Whoever repeats what started the flow is asked again."""
    talk = play(LIGHT, "the light is wrong")
    assert say(talk, "the light is wrong")[0].startswith("I didn't get that.")


def test_refused_answers() -> None:
    """First the question again, then help and a person, then a person gets it; "why?" is free."""
    talk = play(LIGHT, "the light is wrong")
    assert say(talk, "why?") == ["On the box.\n\nWhich **colour**?"]
    assert say(talk, "purple") == ["I didn't get that. Which **colour**?"]
    assert "Talk to a human" not in talk.buttons
    assert say(talk, "pink") == ["I didn't get that. Which **colour**?\n\nOn the box."]
    assert "Talk to a human" in talk.buttons
    say(talk, "brown")
    assert talk.owner is Owner.QUEUE


def test_back_and_correction() -> None:
    """[Back] asks the question before; "no, it was red" changes its answer."""
    talk = play(LIGHT, "the light is wrong", "green")
    assert talk.buttons == ["Yes", "No", "Back"]
    assert say(talk, "[Back]") == ["Which **colour**?"]
    say(talk, "green")
    assert say(talk, "no, it was red")[0] == "Restart it."
    assert running(talk).top.slots["colour"] == "red"


def test_an_edited_answer_counts() -> None:
    """A customer who edits his last message corrects his answer."""
    talk = play(LIGHT, "the light is wrong", "green")
    edited = next(message for message in reversed(talk.messages) if message.author.kind is AuthorKind.CUSTOMER)
    assert talk.conversation is not None
    event = Event(
        key="edit",
        at=talk.conversation.key,
        author=Author(kind=AuthorKind.CUSTOMER, key="customer"),
        body=Edited(target=str(edited.number), text="red"),
        sent_at=talk.now,
    )
    talk.conversation = decide(talk.conversation, event, talk.desk, talk.now).conversation
    assert running(talk).top.slots["colour"] == "red"


def test_stop() -> None:
    """Stop ends it at once, in words, by button and by command."""
    assert say(play(LIGHT, "the light is wrong"), "cancel") == ["All right, I've stopped."]
    assert say(play(LIGHT, "the light is wrong", "when are you open?"), "[Stop]") == ["All right, I've stopped."]
    talk = play(LIGHT, "the light is wrong")
    assert [message.text for message in talk.command("cancel")] == ["All right, I've stopped."]
    assert where(talk) == ""


BOOKED = """
- call: book
- ask: note
  text: A note?
- end: informed
"""


def test_stop_after_a_change_asks_once() -> None:
    """After something was changed outside, stopping asks and says what stays."""
    talk = play(BOOKED, "start the flow")
    assert say(talk, "stop") == ["Stop here? Already done and staying: Book a visit."]
    assert say(talk, "[Go on]") == ["Back to **The flow**: A note?"]
    say(talk, "stop")
    assert say(talk, "[Stop]") == ["All right, I've stopped."]


def test_silence_of_a_question_has_its_own_times() -> None:
    """The question's own reminder, then the step it names, and the conversation stays open."""
    talk = play(LIGHT, "the light is wrong", "green")
    assert say(talk, "2m") == ["Are you still there?"]
    assert say(talk, "2m") == ["Restart it.", "Did that help?"]
    assert talk.owner is Owner.BOT
    assert say(talk, "6m") == ["Are you still there?"]


def test_silence_leaves_the_flow_where_it_can_be_picked_up() -> None:
    """Closed by silence, the flow is offered once to whoever comes back within a day, at the question where it was."""
    talk = play(LIGHT, "the light is wrong", "40m")
    assert talk.owner is Owner.CLOSED
    assert say(talk, "120m", "hi there") == ["Shall we go on with **The light**? We were at: Which **colour**?"]
    assert talk.buttons == ["Go on", "Start again", "Something else"]
    assert say(talk, "[Go on]") == ["Back to **The light**: Which **colour**?"]


@pytest.mark.parametrize(
    ("answer", "at"), [("[Start again]", "colour"), ("[Something else]", ""), ("zebra quartz", "")]
)
def test_another_way_back(answer: str, at: str) -> None:
    """Start again begins anew; something else, or other words, let go of it."""
    talk = play(LIGHT, "the light is wrong", "green", "40m", "hi there", answer)
    assert where(talk) == at
    assert talk.conversation is not None
    assert (talk.conversation.flow is None) == (at == "")


def test_a_question_of_its_own_is_answered_before_the_offer() -> None:
    """Who comes back with something else gets that, and is not asked about the old flow."""
    talk = play(LIGHT, "the light is wrong", "40m")
    assert say(talk, "when are you open?")[-2] == "We are open from nine to five."


def test_too_late_to_pick_up() -> None:
    """After a day the flow is gone."""
    talk = play(LIGHT, "the light is wrong", "40m")
    talk.wait(timedelta(days=2))
    say(talk, "hi there")
    assert talk.conversation is not None
    assert talk.conversation.flow is None


def test_a_person_always_wins_and_gives_back() -> None:
    """Asking for a person leaves the flow standing; its steps are on the card, and afterwards it is offered again."""
    talk = play(LIGHT, "the light is wrong", "green", "i want a human")
    assert talk.owner is Owner.QUEUE
    assert talk.conversation is not None
    assert talk.conversation.handoff is not None
    assert talk.conversation.handoff.steps == ("colour green",)
    talk.act("claim")
    shown = [message.text for message in talk.act("bot")]
    assert shown[-1] == "Shall we go on with **The light**? We were at: A cable?"
    say(talk, "[Go on]")
    assert where(talk) == "cable"


def test_a_hand_off_by_the_flow_has_its_notes() -> None:
    """The flow's own hand-off carries reason, summary and everything done."""
    talk = play(LIGHT, "the light is wrong", "red", "no")
    assert talk.conversation is not None
    handoff = talk.conversation.handoff
    assert handoff is not None
    assert (handoff.reason, handoff.summary) == ("light", "It was red.")
    assert handoff.steps == ("colour red", "solved no")
    assert talk.conversation.flow is None


def test_small_talk_and_commands_do_not_break_it() -> None:
    """A word of thanks keeps the question open, `/help` brings it back, and opening the page changes nothing."""
    talk = play(LIGHT, "the light is wrong")
    assert say(talk, "thanks") == []
    assert say(talk, "/help")[-1] == "Back to **The light**: Which **colour**?"
    customer = Author(kind=AuthorKind.CUSTOMER, key="customer")
    assert talk.conversation is not None
    opened = Event(key="o", at=talk.conversation.key, author=customer, body=Opened(), sent_at=talk.now)
    assert decide(talk.conversation, opened, talk.desk, talk.now).said == ()
    assert say(talk, "red")[0] == "Restart it."


def test_an_old_button_does_nothing() -> None:
    """A press on a question that is answered already only says so."""
    talk = play(LIGHT, "the light is wrong")
    old = talk.find_button("Red")
    say(talk, "green")
    shown = talk.press_value(old)
    assert [message.phrase for message in shown] == ["already_answered"]
    assert where(talk) == "cable"


BUTTONS = """
- say: Read this.
  buttons:
    - {label: Opening hours, article: opening}
    - {label: More, url: "https://example.com/more"}
- ask: name
  text: Your name?
  optional: yes
- say: Hi {{ name | default('you') }}.
- article: opening
- end: informed
"""


def test_buttons_of_a_line_count_until_the_next_answer() -> None:
    """A line's buttons stand with the next question; an article behind one is shown aside, a link stays a link."""
    talk = play(BUTTONS, "start the flow")
    assert talk.buttons == ["Opening hours", "Skip"]
    assert say(talk, "[Opening hours]") == ["We are open from nine to five.", "Back to **The flow**: Your name?"]
    assert say(talk, "[Skip]") == ["Hi you.", "We are open from nine to five."]
    assert where(talk) == ""


PHOTO = """
- ask: photo
  type: file
  text: Send a photo.
- say: Got {{ photo }}.
- end: informed
"""


def test_a_file_is_an_answer() -> None:
    """A photo answers a question for one, with words or without; words alone do not."""
    for text in ("", "here it is"):
        talk = play(PHOTO, "start the flow", "which one")
        assert where(talk) == "photo"
        assert talk.conversation is not None
        body = Said(text=text, attachments=(Attachment(id="f1", name="box.png", media_type="image/png", size=9),))
        customer = Author(kind=AuthorKind.CUSTOMER, key="customer")
        event = Event(key="p", at=talk.conversation.key, author=customer, body=body, sent_at=talk.now)
        turn = decide(talk.conversation, event, talk.desk, talk.now)
        assert turn.said[-1].text == "Got box\\.png."
        assert turn.conversation.flow is None


LOOKED = """
- call: look
  with: {address: Kastani 1}
  save_as: seen
  on_error: next
- say: It is in the {{ seen.place | default('cellar') }}.
- ask: ok
  text: All right?
- end: solved
"""


def test_a_call_that_fails_or_lies_is_not_noticed() -> None:
    """A failed call, and a reply that is not what was declared, go the way of `on_error`."""
    assert "It is in the hall." in [message.text for message in play(LOOKED, "start the flow").messages]
    for result in (None, {"found": "perhaps", "place": "attic"}, {}):
        talk = play(LOOKED, "start the flow", look=Mock(result=result))
        assert "It is in the cellar." in [message.text for message in talk.messages]


def test_a_failed_call_without_a_way_out_says_so_and_meets_a_person() -> None:
    """The customer hears that it could not be looked up, and a person takes it."""
    talk = play("- call: look\n- end: solved", "start the flow", look=Mock(result=None))
    assert "I couldn't look that up just now." in [message.text for message in talk.messages]
    assert talk.owner is Owner.QUEUE


def waiting_for_call(flow: str = LOOKED) -> tuple[Play, CallAnswered]:
    """A flow that has asked for a call which is not answered yet, and the answer."""
    talk = Play(build(flow), datetime(2026, 1, 14, 10, tzinfo=UTC))
    event = Event(
        key="e",
        at=Address(channel="web", account="play", chat="customer"),
        author=Author(kind=AuthorKind.CUSTOMER, key="customer"),
        body=Said(text="start the flow"),
        sent_at=talk.now,
    )
    say(talk, "zebra")
    assert talk.conversation is not None
    turn = decide(talk.conversation, replace(event, at=talk.conversation.key), talk.desk, talk.now)
    talk.conversation = turn.conversation
    assert [call.action for call in turn.calls] == ["look"]
    return talk, CallAnswered(call=turn.calls[0].number, result={"found": "yes", "place": "hall"})


def answer(talk: Play, body: CallAnswered) -> list[str]:
    """The answer of a call comes in; returns what is said."""
    assert talk.conversation is not None
    turn = decide(talk.conversation, replace(wake_event(talk.conversation, talk.now), body=body), talk.desk, talk.now)
    talk.conversation = turn.conversation
    return [message.text for message in turn.said if message.revision == 1]


def test_while_a_call_is_on() -> None:
    """The customer is told once that it takes longer, his questions are answered, and nobody closes on him."""
    talk, answered = waiting_for_call()
    assert say(talk, "1m") == ["Still looking; this can take a moment."]
    assert say(talk, "60m") == []
    assert say(talk, "hurry up") == ["Still looking; this can take a moment."]
    assert say(talk, "when are you open?") == ["We are open from nine to five."]
    assert answer(talk, answered) == ["It is in the hall.", "All right?"]
    assert answer(talk, answered) == [], "an answer that comes twice counts once"


def test_a_step_may_wait_less_for_its_call() -> None:
    """After the time of the step the call counts as failed; its answer is too late then."""
    talk, answered = waiting_for_call(LOOKED.replace("on_error: next", "on_error: next\n  timeout: 30s"))
    assert say(talk, "1m") == ["Still looking; this can take a moment.", "It is in the cellar.", "All right?"]
    assert answer(talk, answered) == []
    assert where(talk) == "ok"


def test_stop_while_a_call_is_on() -> None:
    """Who stops while a call is on has stopped; its answer is too late."""
    talk, answered = waiting_for_call()
    assert say(talk, "stop") == ["All right, I've stopped."]
    assert answer(talk, answered) == []


def test_a_call_answered_while_a_person_has_the_chat_is_kept_quietly() -> None:
    """The bot says nothing, and when it is back the flow stands behind the call."""
    talk, answered = waiting_for_call()
    say(talk, "i want a human")
    assert answer(talk, answered) == []
    talk.act("claim")
    assert [message.text for message in talk.act("bot")][-1].endswith("We were at: All right?")


def test_a_dead_end_uses_its_trigger() -> None:
    """The trigger `flow_dead_end` gives team, priority and words of a dead end's hand-off."""
    policy = """
escalation:
  teams: {frontline: {title: Front, web: yes}, experts: {title: Experts, web: yes}}
  default_team: frontline
  triggers:
    - {id: human, when: asks_for_human}
    - {id: stuck, when: flow_dead_end, team: experts, priority: high, message: An expert takes it.}
"""
    desk = build("- say: Hi {{ plan }}.\n- end: solved", articles=policy)
    talk = Play(desk, datetime(2026, 1, 14, 10, tzinfo=UTC))
    assert say(talk, "start the flow")[-1] == "An expert takes it."
    assert talk.conversation is not None
    handoff = talk.conversation.handoff
    assert handoff is not None
    assert (handoff.team, handoff.priority, handoff.trigger) == ("experts", "high", "stuck")


def test_an_unsolved_end_is_never_silent() -> None:
    """A flow that ends without a word and without success asks what is different."""
    talk = play("- solved\n- end", "start the flow")
    assert say(talk, "no") == ["Then let's look further. What is different in your case?"]


def test_a_remembered_answer_is_not_asked_next_time() -> None:
    """What is kept for the customer is known in the next flow and the next conversation."""
    flow = """
- ask: phone
  type: phone
  text: Phone?
  remember: customer
  sensitive: yes
- say: Ok.
- end: informed
"""
    talk = play(flow, "start the flow", "+372 5123 4567")
    assert talk.conversation is not None
    assert talk.conversation.customer.fields["phone"] == "+37251234567"
    assert say(talk, "start the flow")[-1] == "Ok."


def test_the_next_wake_of_a_question() -> None:
    """The reminder of a flow's question is the conversation's next moment."""
    talk = play(LIGHT, "the light is wrong", "green")
    assert talk.conversation is not None
    assert next_wake(talk.conversation, talk.desk, talk.now) == talk.now + timedelta(minutes=2)


REFUND = """
- call: allow
  with: {}
  save_as: answer
  on_error: late
- if: answer.approved
  then: [{say: "{{ answer.by }} says yes."}, {end: informed}]
- say: "No: {{ answer.reason }}."
- end: informed
- id: late
  say: Nobody has answered.
- end: unsolved
"""


def asked_for_approval(flow: str = REFUND) -> Play:
    """A customer whose flow waits for a supervisor."""
    desk = build(flow)
    talk = Play(desk, datetime(2026, 1, 14, 10, tzinfo=UTC), approves=False)
    assert say(talk, "start the flow")[-1] == "I've asked; I'll write here."
    return talk


@pytest.mark.parametrize(
    ("act", "reason", "said", "noted"),
    [
        ("approve", "", "Liis says yes.", "Approve: Refund"),
        ("deny", "too late", "No: too late.", "Deny: Refund – too late"),
    ],
)
def test_a_supervisor_answers_for_an_approval(act: str, reason: str, said: str, noted: str) -> None:
    """The desk reads what is wanted, a supervisor presses, and the flow goes on with his answer; the desk reads it."""
    talk = asked_for_approval()
    assert any(message.phrase == "approval_wanted" and "Refund" in message.text for message in talk.messages)
    assert [message.text for message in talk.act(act, reason=reason)] == [said]
    assert noted in [message.text for message in talk.messages if message.kind is MessageKind.NOTE]
    talk.act(act, reason=reason)
    assert talk.turns[-1].refused, "it waits no longer"


def test_a_denial_without_a_reason_is_refused() -> None:
    """The customer is told nothing, and the flow waits on."""
    talk = asked_for_approval()
    assert talk.act("deny", reason=" ") == []
    assert talk.turns[-1].refused.startswith("Say why in one line")
    assert talk.conversation is not None
    assert talk.conversation.approval is not None


def test_an_approval_that_nobody_gives() -> None:
    """Silence is not counted meanwhile; after its time the call has failed, and the flow says so."""
    talk = asked_for_approval()
    assert say(talk, "200m") == []
    assert say(talk, "60m")[0] == "Nobody has answered."
    patient = asked_for_approval(REFUND.replace("on_error: late", "on_error: late\n  timeout: 6h"))
    assert say(patient, "350m") == []
    assert say(patient, "10m")[0] == "Nobody has answered."


def test_only_a_supervisor_of_the_team_may_allow() -> None:
    """An agent, and a supervisor of another team, are refused."""
    talk = asked_for_approval()
    assert talk.conversation is not None
    for author in (make_agent("liis"), make_agent("mari", Role.SUPERVISOR, teams=("billing",))):
        event = Event(
            key=author.key,
            at=Address(channel="console", chat=talk.conversation.id),
            author=author,
            body=Commanded(name="approve"),
            sent_at=talk.now,
        )
        turn = decide(talk.conversation, event, talk.desk, talk.now)
        assert turn.refused
        assert turn.conversation.approval is not None


def test_stopping_takes_the_approval_back() -> None:
    """Who stops while a supervisor is asked has stopped; there is nothing left to allow."""
    talk = asked_for_approval()
    say(talk, "stop")
    talk.act("approve")
    assert talk.turns[-1].refused


def test_numbers_stand_for_the_buttons_on_show() -> None:
    """Where no number is asked for, a number is the button at that place; one that is not there is no answer."""
    talk = play(LIGHT, "the light is wrong", "green")
    assert talk.buttons == ["Yes", "No", "Back"]
    assert say(talk, "4") == ["I didn't get that. A cable?"]
    assert say(talk, "3") == ["Which **colour**?"]
    assert say(talk, "1") == ["A cable?"]
    assert say(talk, "2") == ["Restart it.", "Did that help?"]
    assert say(talk, "1")[0] == "Glad to hear it. Is there anything else?"


def test_coming_back_before_a_call_is_answered_does_not_make_it_twice() -> None:
    """Given back by a person while a call is still on, the customer waits on, and its answer moves the flow."""
    talk, answered = waiting_for_call()
    say(talk, "i want a human")
    talk.act("claim")
    talk.act("bot")
    assert say(talk, "[Go on]") == ["Still looking; this can take a moment."]
    assert not any(turn.calls for turn in talk.turns[-2:])
    assert answer(talk, answered) == ["It is in the hall.", "All right?"]


GREETED = """
articles:
  - id: opening
    title: Opening hours
    questions: [When are you open?]
    answer: Hello {{ plan }}.
"""


def test_an_article_that_cannot_be_said_is_told() -> None:
    """Inside a flow an article with a gap is not shown: the customer hears so, or his question stays a wrong answer."""
    talk = Play(
        build("- article: opening\n- ask: a\n  type: number\n  text: A?\n- end", GREETED),
        datetime(2026, 1, 14, tzinfo=UTC),
    )
    assert say(talk, "start the flow")[-2:] == ["I couldn't look that up just now.", "A?"]
    assert say(talk, "when are you open?") == ["I didn't get that. A?"]


def test_a_flow_that_is_gone_is_not_started() -> None:
    """A button of an older version whose flow is gone leads on, not into an error."""
    talk = play(LIGHT, "the light is wrong", "40m")
    talk.desk = replace(talk.desk, flows={}, programs={})
    assert say(talk, "me again")[-1] != ""
    assert talk.conversation is not None
    assert talk.conversation.flow is None
