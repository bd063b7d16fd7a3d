"""Fills in the texts of a flow: wordings in turn, values in place, the customer's language. Pure but for its count."""

from collections.abc import Mapping

from config.texts import Text, TextError, Wording, compute_value, render_note, render_text
from kb.flows.moves import Known


class Speech:
    """What is said in one move."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.used: dict[str, int] = {}
        """Texts with several wordings that were used, and how often by now."""

    def say(self, text: Text, name: str, values: Mapping[str, object]) -> str:
        """A text for the customer as Markdown; the name tells apart which wording's turn it is.

        Raises:
            TextError: It would print an empty value, or cannot be rendered.
        """
        language, wordings = text.choose(self._known.language, self._known.default_language)
        if not wordings:
            return ""
        used = self.used.get(name, self._known.used.get(name, 0))
        if len(wordings) > 1:
            self.used[name] = used + 1
        return render_text(wordings[used % len(wordings)].text, values, language)

    def try_to_say(self, text: Text, name: str, values: Mapping[str, object]) -> str:
        """A text that can be left out: empty if it cannot be rendered."""
        try:
            return self.say(text, name, values)
        except TextError:
            return ""

    def label(self, text: Text, values: Mapping[str, object]) -> str:
        """The words on a button; no Markdown.

        Raises:
            TextError: It would print an empty value, or cannot be rendered.
        """
        language, wordings = text.choose(self._known.language, self._known.default_language)
        return render_text(wordings[0].text, values, language, markdown=False) if wordings else ""

    def note(self, note: Wording | None, values: Mapping[str, object]) -> str:
        """Words for agents, in the desk's main language; as they were written if a value cannot be computed."""
        if note is None:
            return ""
        try:
            return render_note(note.text, values, self._known.default_language)
        except TextError:
            return note.text

    def compute(self, sources: Mapping[str, Wording], values: Mapping[str, object]) -> dict[str, object]:
        """The values of `set` or `with`.

        Raises:
            TextError: One of them cannot be computed.
        """
        return {name: compute_value(source.text, values, self._known.language) for name, source in sources.items()}
