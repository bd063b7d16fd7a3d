"""After a hand-off the steps of a flow stand on the card as a checklist: done ones ticked, the rest to be done."""

from datetime import UTC, datetime

from bot.model import Handoff, Turn
from bot.play import Play
from escalation.card import build_card
from tests.desks import isp_desk
from tests.kb.flows.written import play, say

MORNING = datetime(2026, 1, 14, 10, tzinfo=UTC)

FLOW = """
flows:
  - id: f
    title: The flow
    starts_when: [start the flow]
    steps:
      - say: "Hello {{ customer_phone | default('you') }}."
      - ask: mail
        type: email
        sensitive: yes
        text: Mail?
      - ask: a
        text: A?
        choices: [{value: x, label: Ex, goto: far}, {value: y, label: Wye}]
      - ask: b
        text: B for {{ mail }}?
      - call: book
        on_error: next
      - flow: g
      - id: far
        ask: d
        text: D?
      - solved
      - escalate
  - id: g
    title: The other flow
    steps:
      - ask: c
        text: C?
      - say: So.
      - end: solved
""".replace("customer_phone", "phone")


def handoff_of(talk: Play) -> Handoff:
    """The hand-off, which is there."""
    assert talk.conversation is not None
    assert talk.conversation.handoff is not None
    return talk.conversation.handoff


def listed(talk: Play) -> list[tuple[str, bool]]:
    """The checklist, as what it says and whether it is ticked."""
    return [(each.text, each.ticked) for each in handoff_of(talk).checklist]


def ticked(talk: Play) -> set[str]:
    """The steps that are ticked."""
    return {each.step for each in handoff_of(talk).checklist if each.ticked}


def test_exactly_the_steps_before_are_ticked() -> None:
    """At every question of the flow a hand-off ticks what ran before it, and nothing else."""
    answers = ["anna@example.com", "[Wye]", "two", "three", "four"]
    done = [["f/say"], ["f/mail"], ["f/a"], ["f/b", "f/call"], ["g/c", "g/say", "f/flow"]]
    for count in range(len(answers)):
        talk = play(FLOW, "start the flow", *answers[:count], "i want to talk to a human")
        assert ticked(talk) == {step for steps in done[: count + 1] for step in steps}


def test_what_is_left_is_listed_without_values() -> None:
    """The open question and all that may follow are to be done; where a value stood there is a gap."""
    talk = play(FLOW, "start the flow", "anna@example.com", "i want to talk to a human")
    assert listed(talk) == [
        ("Hello ….", True),
        ("Mail?", True),
        ("A?", False),
        ("B for …?", False),
        ("Book a visit", False),
        ("The other flow", False),
        ("D?", False),
    ]
    assert "anna@example.com" not in str(handoff_of(talk).checklist)
    assert "mail •••" in handoff_of(talk).steps


def test_inside_a_called_flow_both_are_listed() -> None:
    """What is left of the called flow comes first, then what is left of the one that called it."""
    talk = play(FLOW, "start the flow", "anna@example.com", "[Wye]", "two", "i want to talk to a human")
    assert [text for text, done in listed(talk) if not done] == ["C?", "So.", "D?"]


def test_a_step_taken_back_is_not_ticked() -> None:
    """After [Back] the questions that come again are to be done again."""
    talk = play(FLOW, "start the flow", "anna@example.com", "[Wye]", "[Back]", "[Back]", "i want to talk to a human")
    assert ticked(talk) == {"f/say"}


def test_a_flow_that_hands_over_itself_lists_what_it_did() -> None:
    """After its last step everything that ran is ticked, and nothing is left."""
    talk = play(FLOW, "start the flow", "anna@example.com", "[Ex]", "four", "[No]")
    assert listed(talk) == [("Hello ….", True), ("Mail?", True), ("A?", True), ("D?", True)]


def test_an_agent_ticks_and_unticks() -> None:
    """Only who has the chat ticks; his name stands beside, the card shows it, a transfer keeps it."""
    talk = play(FLOW, "start the flow", "i want to talk to a human")

    def tick(step: str, **more: str) -> Turn:
        talk.act("tick", step=step, **more)
        return talk.turns[-1]

    assert tick("f/mail").refused
    talk.act("claim")
    assert tick("f/nothing").refused
    assert not tick("f/mail").refused
    assert ticked(talk) == {"f/say", "f/mail"}
    assert {each.by for each in handoff_of(talk).checklist if each.step == "f/mail"} == {"Liis"}
    talk.act("transfer", team=handoff_of(talk).team, reason="yours")
    assert ticked(talk) == {"f/say", "f/mail"}
    talk.act("claim")
    tick("f/mail", done="no")
    assert ticked(talk) == {"f/say"}
    assert talk.conversation is not None
    card = build_card(talk.conversation, talk.desk.policy, {}, talk.now)
    assert card is not None
    assert card.checklist == handoff_of(talk).checklist


def test_back_at_the_bot_the_flow_is_offered() -> None:
    """Given back, the bot asks whether to go on, and goes on where the flow stood, whoever had paused it."""
    for hand_over in (("i want to talk to a human",), ()):
        talk = play(FLOW, "start the flow", "anna@example.com", *hand_over)
        talk.act("claim" if hand_over else "take_over", reason="I know her")
        talk.act("tick", step="f/a")
        assert "f/mail" in ticked(talk)
        talk.act("bot")
        assert talk.buttons == ["Go on", "Start again", "Something else"]
        assert say(talk, "[Go on]")[-1].endswith("A?")


def test_what_a_person_ticked_stays_ticked() -> None:
    """Back at the bot and passed on once more, the steps that a person has done are ticked with that name."""
    talk = play(FLOW, "start the flow", "anna@example.com", "i want to talk to a human")
    talk.act("claim")
    talk.act("tick", step="f/d")
    talk.act("bot")
    say(talk, "[Go on]")
    say(talk, "[Wye]")
    say(talk, "i want to talk to a human")
    assert "f/d" in ticked(talk)
    assert {each.step: each.by for each in handoff_of(talk).checklist if each.ticked and each.by} == {"f/d": "Liis"}


def test_the_checklist_speaks_the_agents_language() -> None:
    """Whatever the customer speaks, the steps are in the desk's main language."""
    talk = Play(isp_desk(), MORNING, language="et")
    talk.say("Internet ei tööta")
    talk.say("soovin rääkida inimesega")
    assert ("Please look at your router. What colour is the light labelled Internet?", False) in listed(talk)
