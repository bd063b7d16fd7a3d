"""The story of one customer, as steps: what somebody does, and what shows that it has taken effect.

The same steps whichever platform the customer and the agent are on, and however often the process is killed meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.crossing.sides import PDF, PNG, OnSlack, OnTelegram


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that somebody does."""

    does: Callable[[], object]
    shows: Callable[[], object]
    """What is so as soon as it has taken effect everywhere."""
    is_press: bool = False
    """A platform does not repeat a press that came to nothing: the person presses again."""


Person = OnSlack | OnTelegram


class Story:
    """A customer asks, runs a flow with buttons, is handed over, talks with an agent, and the agent resolves."""

    CUSTOMER_HEARS = (
        "Your password is changed on the page called My account.",
        "Which colour is the light?",
        "Which cable is in the router?",
        "passed our whole chat",
        "Liis has joined",
        "Liis: Hello Anna, have you restarted it?",
        "Liis: Then here is the page with the picture.",
    )
    AGENT_SEES = ("Anna: yes, twice", "Anna: that is it, thank you")
    NOTES = ("she sounds tired", "very tired", "look at the invoice")

    def __init__(self, customer: Person, agent: Person) -> None:
        self.customer, self.agent = customer, agent
        self._own: dict[str, str] = {}

    def steps(self) -> Iterator[Step]:
        """One after the other."""
        anna, liis = self.customer, self.agent
        yield self._asks("How do I change my password?", "Your password is changed")
        yield self._asks("My router shows a strange light", "Which colour")
        yield Step(does=lambda: anna.presses("Red"), shows=lambda: self._hears("Which cable"), is_press=True)
        yield Step(
            does=lambda: anna.presses("Thick"),
            shows=lambda: self._hears("passed our whole chat") and "Claim" in liis.labels(),
            is_press=True,
        )
        yield Step(
            does=lambda: liis.presses("Claim"),
            shows=lambda: "Resolve" in liis.labels() and self._hears("Liis has joined"),
            is_press=True,
        )
        yield self._writes("Hello Anna, have you restarted", "Liis: Hello Anna, have you restarted")
        yield self._edits("Hello Anna, have you restarted", "Hello Anna, have you restarted it?")
        yield self._keeps("// she sounds tired")
        yield self._asks("yes, twice", sees="Anna: yes, twice")
        yield Step(does=lambda: anna.sends("bill.pdf", "application/pdf", PDF), shows=lambda: PDF in liis.files())
        yield self._keeps(" Note: very tired")
        yield Step(does=lambda: liis.sends("router.png", "image/png", PNG), shows=lambda: PNG in anna.files())
        yield self._writes("Then here is the page with the picture.", "Liis: Then here is the page")
        yield self._asks("that is it, thank you", sees="Anna: that is it, thank you")
        yield Step(does=lambda: liis.presses("Resolve"), shows=lambda: "Reopen" in liis.labels(), is_press=True)
        yield self._keeps("look at the invoice")

    def judge(self) -> int:
        """Says how many messages stand more than once; fails for what is missing, out of order, or where it must not.

        Returns:
            Doubles at the customer's and on the desk together.
        """
        heard = self.customer.texts()
        for note in self.NOTES:
            assert not any(note in text for text in heard), heard
        assert not any("!resolve" in text or "/resolve" in text for text in heard)
        files = (self.customer.files(), self.agent.files())
        assert (set(files[0]), set(files[1])) == ({PNG}, {PDF})
        doubles = count_doubles(heard, self.CUSTOMER_HEARS) + count_doubles(self.agent.texts(), self.AGENT_SEES)
        return doubles + len(files[0]) + len(files[1]) - 2

    def _asks(self, words: str, hears: str = "", *, sees: str = "") -> Step:
        shows = lambda: any(sees in text for text in self.agent.texts()) if sees else self._hears(hears)  # noqa: E731 -- one line of the table
        return Step(does=lambda: self.customer.says(words), shows=shows)

    def _writes(self, words: str, hears: str) -> Step:
        return Step(does=lambda: self._own.update({words: self.agent.says(words)}), shows=lambda: self._hears(hears))

    def _edits(self, words: str, new: str) -> Step:
        return Step(
            does=lambda: self.agent.edits(self._own[words], new), shows=lambda: self._hears(f"{self._name}: {new}")
        )

    def _keeps(self, words: str) -> Step:
        return Step(
            does=lambda: self._own.update({words: self.agent.says(words)}),
            shows=lambda: self.agent.KEPT in self.agent.marks(self._own[words]),
        )

    def _hears(self, words: str) -> bool:
        return any(words in text for text in self.customer.texts())

    _name = "Liis"


def count_doubles(texts: Sequence[str], phrases: Sequence[str]) -> int:
    """How many texts there are more than one for each phrase; fails if one has none or they are out of order."""
    found = [[position for position, text in enumerate(texts) if phrase in text] for phrase in phrases]
    assert all(found), (dict(zip(phrases, found, strict=True)), texts)
    firsts = [positions[0] for positions in found]
    assert firsts == sorted(firsts), (dict(zip(phrases, found, strict=True)), texts)
    return sum(len(positions) - 1 for positions in found)
