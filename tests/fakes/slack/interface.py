"""What people do in forms and on the app's page, and what the app answers to it."""

import itertools
from typing import TYPE_CHECKING

from tests.fakes.slack.judging import find_view_fault
from tests.fakes.slack.names import APP, TEAM, Json, buttons_of

if TYPE_CHECKING:
    from tests.fakes.slack.platform import FakeSlack


class Interface:
    """Forms and pages of one workspace."""

    def __init__(self, fake: "FakeSlack") -> None:
        self._fake, self._ids = fake, itertools.count(1)
        self.modals: dict[str, Json] = {}
        """The form that is open before each person."""
        self.homes: dict[str, Json] = {}
        """The app's page of each person."""
        self.options: list[Json] = []
        """What the app has last offered to a field that searches."""

    def opens_home(self, user: str) -> None:
        """Somebody looks at the app's page."""
        event: Json = {"type": "app_home_opened", "user": user, "channel": self._fake.direct(user), "tab": "home"}
        event |= {"view": self.homes[user]} if user in self.homes else {}
        self._fake.tell({**event, "event_ts": self._fake.next_ts()})

    def presses_home(self, user: str, label: str) -> None:
        """Somebody presses a button on the app's page."""
        view = self.homes[user]
        element = next(each for each in buttons_of(view) if each["text"]["text"] == label)
        self._interact(
            user,
            {
                "type": "block_actions",
                "container": {"type": "view", "view_id": view["id"]},
                "view": view,
                "actions": [{**element, "block_id": "b", "action_ts": self._fake.next_ts()}],
            },
        )

    def searches(self, user: str, typed: str) -> None:
        """Somebody types into the field of his form that searches."""
        view = self.modals[user]
        block = next(each for each in view["blocks"] if each.get("element", {}).get("type") == "external_select")
        shown = {"view": view, "block_id": block["block_id"], "action_id": block["element"]["action_id"]}
        self._interact(user, {"type": "block_suggestion", "value": typed, **shown})

    def submits(self, user: str, **written: str) -> None:
        """Somebody sends his form: what he wrote or chose, by the names of the fields; the rest stays as it was."""
        view, values = self.modals[user], {}
        for block in view["blocks"]:
            if block["type"] == "input":
                element = block["element"]
                given = written.get(block["block_id"], element.get("initial_value"))
                values[block["block_id"]] = {element["action_id"]: self._fill(element, given)}
        self._interact(user, {"type": "view_submission", "view": {**view, "state": {"values": values}}})

    def take_answer(self, kind: str, payload: Json, body: Json | str) -> None:
        """What the app said in its acknowledgement takes effect."""
        user = payload.get("user_id") or payload.get("user", {}).get("id", "")
        if kind == "slash_commands" and body:
            self._fake.ephemerals.append({"user": user, "text": body if isinstance(body, str) else body["text"]})
        elif payload.get("type") == "block_suggestion" and isinstance(body, dict):
            self.options = body["options"]
        elif payload.get("type") == "view_submission":
            self._take_submitted(user, body if isinstance(body, dict) else {})
        self._fake.touch()

    def _take_submitted(self, user: str, body: Json) -> None:
        match body.get("response_action"):
            case "errors":
                named = {block.get("block_id") for block in self.modals[user]["blocks"]}
                if not body["errors"] or set(body["errors"]) - named:
                    self._fake.complaints.append(f"errors for no field: {body}")
                self.modals[user]["errors"] = body["errors"]
            case "update":
                self.show_modal(user, body["view"])
            case None:
                self.modals.pop(user, None)

    def show_modal(self, user: str, view: Json) -> Json:
        """A form is open before somebody."""
        if wrong := find_view_fault(view):
            self._fake.complaints.append(f"{wrong}: {view}")
        self.modals[user] = {**view, "id": f"V{next(self._ids):04d}", "hash": self._fake.next_ts()}
        return self.modals[user]

    def show_home(self, user: str, view: Json) -> Json:
        """The app's page of somebody."""
        self.homes[user] = {**view, "id": f"V{next(self._ids):04d}", "hash": self._fake.next_ts()}
        return self.homes[user]

    def ticks(self, user: str, chat: str, label: str) -> None:
        """Somebody ticks or clears a box on the newest message that has it."""
        for message in reversed(self._fake.channels[chat].messages.values()):
            for block in message.get("blocks") or []:
                for element in block.get("elements", []) if block["type"] == "actions" else []:
                    options = [each for each in element.get("options", []) if each["text"]["text"] == label]
                    if element["type"] == "checkboxes" and options:
                        chosen = [] if element.get("initial_options") else options
                        self._fake.press(user, chat, message, {**element, "selected_options": chosen})
                        return
        raise LookupError(label)

    def _fill(self, element: Json, given: str | None) -> Json:
        if element["type"] == "plain_text_input":
            return {"type": element["type"], "value": given}
        options = [*element.get("options", []), *self.options]
        chosen = next((each for each in options if given in (each["text"]["text"], each["value"])), None)
        return {"type": element["type"], "selected_option": chosen}

    def _interact(self, user: str, payload: Json) -> None:
        """The app is told of what somebody does outside a message."""
        person = {"id": user, "team_id": TEAM, "username": user.lower()}
        common = {"user": person, "team": {"id": TEAM}, "api_app_id": APP, "trigger_id": self._fake.trigger(user)}
        self._fake.outbox.put_nowait(("interactive", {**payload, **common}))
