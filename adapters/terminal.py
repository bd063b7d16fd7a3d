"""A talk with a desk in the terminal: the same engine as `serve`, in memory, and a look behind it.

Reads lines and writes lines; `adapters.cli.chat` opens it on the terminal, tests on lists.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from rich.console import Console
from rich.markup import escape

from adapters.markdown import render_plain
from bot.model import Audience, AuthorKind, Because, Message
from bot.play import Play

HELP = """\
A number presses a button. Words go to the bot, /human and /help too. Behind the scenes:
  /why          why the bot said that            /state      what is remembered
  /wait 10m     time passes (s, m, h, d)         /claim      an agent takes the conversation
  /agent TEXT   the agent writes to you          /note TEXT  the agent writes inside; you must not see it
  /resolve      the agent is done                /quit       ends (Ctrl+D too)"""

_LENGTH = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Terminal:
    """One customer at the keyboard, who may look behind the scenes and play the agent, too."""

    def __init__(self, play: Play, console: Console, *, explains: bool = False) -> None:
        """Talks on a console; with `explains` every reply is followed by its reason."""
        self._play = play
        self._console = console
        self._explains = explains
        self._scenes: Mapping[str, Callable[[str], None]] = {
            "why": lambda _: self._why(),
            "state": lambda _: self._state(),
            "wait": self._wait,
            "claim": lambda _: self._show(self._play.act("claim")),
            "agent": lambda text: self._show(self._play.agent(text)),
            "note": lambda text: self._show(self._play.act("note", text=text)),
            "resolve": lambda _: self._show(self._play.act("resolve")),
            "scenes": lambda _: self._console.print(HELP, markup=False),
        }

    def talk(self, lines: Iterable[str], *, flow: str = "") -> None:
        """Takes line by line until there are no more, or one says /quit; begins with the greeting, or with a flow."""
        self._console.print("[dim]Talk to the desk. /scenes lists what else you can do here.[/]")
        self._show(self._play.begin(flow) if flow else self._play.command("start"))
        for line in lines:
            said = line.strip()
            if said == "/quit":
                return
            if said:
                self._take(said)

    def _take(self, said: str) -> None:
        name, _, rest = said.removeprefix("/").partition(" ")
        if said.startswith("/") and name in self._scenes:
            try:
                self._scenes[name](rest.strip())
            except LookupError as error:
                self._console.print(f"[yellow]{escape(str(error))}[/]")
            return
        buttons = self._play.buttons
        if said.isdigit() and 1 <= int(said) <= len(buttons):
            self._show(self._play.press(buttons[int(said) - 1]))
        else:
            self._show(self._play.say(said))

    def _show(self, messages: list[Message]) -> None:
        for message in messages:
            self._show_one(message)
        if (refused := self._play.turns[-1].refused) != "":
            self._console.print(f"[yellow]{escape(refused)}[/]")
        if not messages:
            self._console.print("[dim](nothing is said)[/]")
        for number, label in enumerate(self._play.buttons, 1):
            self._console.print(f"    [cyan]{number}[/] {escape(label)}", highlight=False)
        if self._explains:
            self._why()

    def _show_one(self, message: Message) -> None:
        by_agent = message.author.kind is AuthorKind.AGENT
        text = message.text if by_agent else render_plain(message.text)
        name = f"[green]{escape(message.author.name)}[/]" if by_agent else f"[bold]{escape(self._play.desk.name)}[/]"
        self._console.print(f"{name}: {escape(text)}", highlight=False)
        for choice in message.choices:
            if choice.url:
                self._console.print(f"    {escape(choice.label)}: {escape(choice.url)}", highlight=False)
        for attachment in message.attachments:
            self._console.print(f"    [dim]{escape(attachment.name)} {escape(attachment.alt)}[/]", highlight=False)

    def _why(self) -> None:
        reasons = self._play.turns[-1].because if self._play.turns else ()
        for because in reasons:
            self._console.print(f"[dim]  {escape(_reason(because))}[/]", highlight=False)
        if not reasons:
            self._console.print("[dim]  no search: a command, a press or a state decided[/]")

    def _state(self) -> None:
        talk = self._play.conversation
        if talk is None:
            return
        facts = {
            "owner": self._play.owner.value,
            "language": talk.language,
            "question": talk.question.kind.value if talk.question else "",
            "flow": f"{talk.flow.frames[-1].flow} at {talk.flow.frames[-1].at}" if talk.flow else "",
            "team": talk.handoff.team if talk.handoff else "",
            "tags": " ".join(talk.tags),
            "clock": self._play.now.isoformat(timespec="minutes"),
        }
        for name, value in facts.items():
            if value:
                self._console.print(f"[dim]  {name}: {escape(value)}[/]", highlight=False)
        for message in self._play.messages:
            if message.audience is Audience.DESK:
                self._console.print(f"[dim]  {message.kind.value}: {escape(message.text)}[/]", highlight=False)

    def _wait(self, length: str) -> None:
        fits = _LENGTH.fullmatch(length)
        if fits is None:
            raise LookupError("How long? For example /wait 10m")
        self._show(self._play.wait(timedelta(**{_UNITS[fits[2]]: int(fits[1])})))


def _reason(because: Because) -> str:
    """One line: the rule, what it found, how sure, and where that stands."""
    parts = [f"decided by: {because.rule}"]
    if because.trigger:
        parts.append(f"trigger {because.trigger}")
    if because.article:
        parts.append(f"{because.article} {because.confidence:.2f} (answers from {because.answer_at:.2f})")
    if because.part:
        parts.append(f'part "{because.part}"')
    if because.phrase:
        parts.append(f'"{because.phrase}"')
    if because.place:
        parts.append(because.place)
    if because.rest:
        parts.append(f"the rest: {because.rest}")
    if because.step:
        parts.append(f"step {because.step}")
    return "   ".join(parts)
