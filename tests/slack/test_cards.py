"""What stands on the card of a hand-off: what an agent can do now, and the flow's steps to tick."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.desk.view import DeskView
from adapters.slack.blocks import are_good
from adapters.slack.forms import Form, act_of, read_filled, read_opening, reason_form
from adapters.slack.render_desk import render_card
from bot.model import Address, Approval, Commanded, Conversation, Place, PlaceId, PlaceRole
from kb.flows.checklist import ChecklistStep
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.names import buttons_of
from tests.making import MONDAY, claimed_by, make_conversation, make_handoff
from tests.running import TurnedClock
from tests.slack.working import DESK, running, slack_desk


def labels(talk: Conversation) -> list[str]:
    """Everything that can be pressed, chosen or ticked on the card of a conversation."""
    team = talk.handoff.team if talk.handoff else ""
    place = Place(
        id=PlaceId("p1"),
        role=PlaceRole.DESK,
        address=Address(channel="slack", chat=DESK, thread="1.1"),
        team=team,
    )
    (part,) = render_card(talk, place, DeskView(desk=slack_desk(), now=MONDAY)).parts
    assert are_good(part.blocks)
    return [element["text"]["text"] for element in buttons_of({"blocks": list(part.blocks)})]


def test_a_waiting_conversation_can_be_claimed() -> None:
    """Or passed on, or noted upon, before anybody has it."""
    assert labels(make_conversation(handoff=make_handoff())) == [
        *("Claim", "Transfer…", "Assign…", "Note…", "Earlier conversations…"),
    ]


def test_who_has_it_can_answer_with_what_is_known() -> None:
    """Resolve at once, or open a form."""
    assert labels(make_conversation(handoff=claimed_by("liis"))) == [
        *("Resolve", "Release", "Back to bot"),
        *("Canned replies…", "Send article…", "Transfer…", "Assign…", "Take over…", "Note…", "Earlier conversations…"),
    ]


def test_what_a_flow_asks_for_can_be_allowed_or_denied() -> None:
    """First of all, while it waits for it."""
    asked = Approval(call=1, title="Refund", team="support", asked_at=MONDAY, until=MONDAY + timedelta(hours=1))
    assert labels(make_conversation(handoff=claimed_by("liis"), approval=asked))[:2] == ["Approve", "Deny…"]


def test_a_denial_says_why() -> None:
    """Its button opens a form, and what was written there is the act's reason."""
    form = read_opening("open:deny:7")
    assert form is Form.DENY
    written = {"values": {"reason": {"written": {"type": "plain_text_input", "value": " not twice a year "}}}}
    shown = reason_form((DESK, "1.1"), Form.DENY, DeskView(desk=slack_desk(), now=MONDAY))
    assert act_of(read_filled({**shown, "state": written})) == Commanded(
        name="deny", args={"reason": "not twice a year"}
    )


def test_a_long_list_of_steps_fits() -> None:
    """The last twenty of them, however long their names and texts."""
    steps = tuple(ChecklistStep(step=f"flow/{'s' * 140}{n}", text="t" * 160, ticked=n % 2 == 0) for n in range(40))
    shown = labels(make_conversation(handoff=make_handoff(checklist=steps)))
    assert len(shown) == 5 + 20


def boxes(fake: FakeSlack) -> list[dict[str, Any]]:
    """The boxes on the card."""
    blocks = [block for message in fake.channels[DESK].messages.values() for block in message.get("blocks") or []]
    elements = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    return [each for each in elements if each["type"] == "checkboxes"]


async def test_a_step_is_ticked_on_the_card(
    tmp_path: Path, fake: FakeSlack, server: SlackServer, clock: TurnedClock
) -> None:
    """By who has the conversation; the card shows it, and clearing the box takes it back."""
    anna, liis = fake.person("Anna"), fake.person("Liis")
    fake.channel(DESK, liis)
    async with running(tmp_path, server, clock) as firstline:
        fake.says(anna, "my internet is down")
        await fake.until(lambda: fake.from_bot("DANNA"))
        await firstline.settle()
        fake.says(anna, "I want to talk to a human")
        await fake.until(lambda: boxes(fake))
        await firstline.settle()
        fake.presses(liis, "Claim", chat=DESK)
        await fake.until(lambda: "Resolve" in fake.labels(DESK))
        await firstline.settle()
        label = next(each["options"][0]["text"]["text"] for each in boxes(fake) if not each.get("initial_options"))

        def is_ticked() -> bool:
            return any(each.get("initial_options") for each in boxes(fake) if label in str(each["options"]))

        fake.ui.ticks(liis, DESK, label)
        await fake.until(is_ticked)
        fake.ui.ticks(liis, DESK, label)
        await fake.until(lambda: not is_ticked())
        (talk,) = await firstline.talks()
        assert talk.handoff
        assert any(each.text.startswith(label.removesuffix("…")) for each in talk.handoff.checklist)
