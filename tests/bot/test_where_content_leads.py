"""Buttons, starters, small talk and triggers: what they lead to, for whom, and that none gets lost."""

from datetime import UTC, datetime

import pytest

from bot.desk import Desk
from bot.play import Mock, Play
from tests.kb.flows.written import DESK, build, play, say

NOW = datetime(2026, 1, 14, 10, tzinfo=UTC)
HIDDEN = """
articles:
  - id: open
    title: Open
    questions: [may everybody see this]
    answer: Everybody may.
    related: [draft, inside, over, ours]
    buttons:
      - {label: A draft, article: draft}
      - {label: For agents, article: inside}
      - {label: Long over, article: over}
      - {label: For firms, article: ours}
      - {label: A draft flow, flow: f}
  - {id: draft, title: Draft, status: draft, questions: [is this a draft], answer: It is.}
  - {id: inside, title: Inside, internal: yes, questions: [is this for agents], answer: It is.}
  - {id: over, title: Over, show_when: {until: 2026-01-13}, questions: [is this over], answer: It is.}
  - {id: ours, title: Ours, show_when: {audience: plan == 'business'}, questions: [is this for firms], answer: It is.}
"""
FLOW = """
flows:
  - {id: f, title: The flow, status: draft, steps: [{say: Hello.}, {end: informed}]}
  - {id: g, title: Another, starts_when: [show me all of it], steps: [{article: inside}, {article: draft}, solved]}
"""


def talk_to(desk: Desk, **fields: str) -> Play:
    return Play(desk, NOW, fields=fields)


@pytest.fixture(scope="module")
def hiding() -> Desk:
    """A desk with content that not everybody may see, led to from everywhere."""
    starters = "".join(f"{{article: {name}}}, " for name in ("open", "draft", "inside", "over", "ours"))
    return build(FLOW, HIDDEN, f"{DESK}  bot: {{starters: [{starters}{{flow: f}}]}}\n")


def test_nothing_leads_to_what_a_customer_may_not_see(hiding: Desk) -> None:
    """A draft, an article for agents, one that is over: no starter, button, related article or step shows them."""
    talk = talk_to(hiding)
    talk.command("start")
    assert talk.buttons == ["Open", "Talk to a human"]
    say(talk, "may everybody see this")
    assert talk.buttons == ["Yes", "No", "Talk to a human"]
    assert say(talk, "[No]") == ["Then let's look further. What is different in your case?"]
    assert say(talk, "show me all of it")[1:] == ["Did that help?"]


def test_what_is_meant_for_a_customer_is_on_show_for_him(hiding: Desk) -> None:
    """The same desk leads a customer of the right kind there."""
    talk = talk_to(hiding, plan="business")
    talk.command("start")
    assert talk.buttons == ["Open", "Ours", "Talk to a human"]
    say(talk, "may everybody see this")
    assert talk.buttons == ["For firms", "Yes", "No", "Talk to a human"]
    assert say(talk, "[For firms]")[0] == "It is."


def test_an_old_button_shows_nothing_that_is_over_by_now(hiding: Desk) -> None:
    """A button that stood there yesterday leads nowhere once the article has ended."""
    talk = Play(hiding, datetime(2026, 1, 13, 21, 30, tzinfo=UTC))
    say(talk, "may everybody see this")
    assert "Long over" in talk.buttons
    talk.now = NOW
    assert say(talk, "[Long over]") == ["Then let's look further. What is different in your case?"]


def test_at_most_five_starters_are_shown() -> None:
    """The first five of the desk's, and a person."""
    starters = ", ".join(f"{{say: word {n}, label: Number {n}}}" for n in range(7))
    talk = talk_to(build("- end: solved", desk=f"{DESK}  bot: {{starters: [{starters}]}}\n"))
    talk.command("start")
    assert talk.buttons == [*(f"Number {n}" for n in range(5)), "Talk to a human"]


def test_buttons_with_no_question_after_them_stand_under_their_line() -> None:
    """Where a flow ends, or waits for a call, the buttons of its last line can still be pressed."""
    step = "- {say: It takes two days., buttons: [{label: Opening hours, article: opening}]}\n"
    talk = play(f"{step}- end: informed", "start the flow")
    assert talk.messages[-1].text == "It takes two days."
    assert talk.buttons == ["Opening hours", "Talk to a human"]
    assert say(talk, "[Opening hours]")[0] == "We are open from nine to five."
    article = "articles: [{id: a, title: A, questions: [the first thing], answer: First., then: f, buttons: [%s]}]"
    led = talk_to(build("- {ask: n, text: How many?}\n- solved", article % "{label: Again, article: a}"))
    assert say(led, "the first thing")[-1] == "How many?"
    assert led.buttons == ["Again"]


def test_small_talk_goes_on_where_it_leads() -> None:
    """After its reply an article is shown, or a flow begins."""
    smalltalk = """
articles: [{id: opening, title: Opening, questions: [when are you open], answer: From nine to five.}]
smalltalk:
  - {id: lost, says: [i am lost], reply: No worries., article: opening}
  - {id: new, says: [i am new here], reply: Welcome!, flow: f}
"""
    desk = build("- {ask: name, text: Your name?}\n- end: informed", smalltalk)
    assert say(talk_to(desk), "i am lost") == ["No worries.", "From nine to five.", "Did that help?"]
    shown = say(talk_to(desk), "i am new here")
    assert (shown[0], shown[-1]) == ("Welcome!", "Your name?")


def test_a_picture_goes_with_what_is_said_of_it() -> None:
    """With its kind, so that a chat shows it as a picture; with its words, and those for who cannot see it."""
    article = """
articles:
  - id: sticker
    title: Sticker
    questions: [where is the sticker]
    answer: Below.
    attachments: [{image: media/box.jpg, alt: The box, caption: "{{ vars.box }}, from below"}]
"""
    desk = build("- end: solved", article, f"{DESK}  variables: {{box: Model 3}}\n", media={"media/box.jpg": 9})
    talk = talk_to(desk)
    say(talk, "where is the sticker")
    (shown,) = next(message for message in talk.messages if message.text == "Below.").attachments
    assert (shown.id, shown.media_type) == ("kb:media/box.jpg", "image/jpeg")
    assert (shown.alt, shown.caption) == ("The box", "Model 3, from below")


POLICY = """
escalation:
  teams: {frontline: {title: Front, web: yes}, experts: {title: Experts, web: yes}}
  default_team: frontline
  triggers:
    - {id: firms, when: asks_for_human, if: plan == 'business', team: experts, priority: high}
    - {id: human, when: asks_for_human}
    - {id: stuck-firms, when: flow_dead_end, if: plan == 'business', team: experts}
    - {id: stuck, when: flow_dead_end}
"""


@pytest.mark.parametrize(
    ("words", "plan", "trigger", "team"),
    [
        (("i want a human",), "business", "firms", "experts"),
        (("i want a human",), "home", "human", "frontline"),
        (("/human",), "business", "firms", "experts"),
        (("/human",), "home", "human", "frontline"),
        (("start the flow",), "business", "stuck-firms", "experts"),
        (("start the flow",), "home", "stuck", "frontline"),
    ],
)
def test_the_condition_of_a_trigger_counts(words: tuple[str, ...], plan: str, trigger: str, team: str) -> None:
    """In words, by command or button, and at a dead end: the first trigger that fits the customer."""
    desk = build("- {call: look, save_as: found}\n- end: solved", POLICY)
    talk = Play(desk, NOW, fields={"plan": plan}, mocks={"look": Mock(result=None)})
    say(talk, *words)
    handoff = talk.conversation.handoff if talk.conversation else None
    assert handoff is not None
    assert (handoff.trigger, handoff.team) == (trigger, team)


def test_a_question_given_up_counts_once() -> None:
    """A flow that ends because of it is one answer that did not help, not two."""
    talk = play("- {ask: n, type: number, text: How many?, max_tries: 0, on_give_up: end}\n- solved", "start the flow")
    assert say(talk, "no idea at all") == ["Then let's look further. What is different in your case?"]
    assert talk.conversation is not None
    assert talk.conversation.failed == 1
