"""Plays what editors wrote as tests: sentences beside an article, and whole chats.

Pure: the same content gives the same result. The outcome is data; `firstline test` prints it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.conversation_tests import ChatLine, ConversationTest
from bot.desk import Desk
from bot.expectations import Seen, check_expectation
from bot.model import Message
from bot.play import Mock, Play
from config.place import Position
from escalation.hours import is_open, opens_at, zone_of
from kb.article import Article
from kb.search import Decision, Found, search

FIRST_DAY = datetime(2026, 1, 14, 10, 0)  # noqa: DTZ001 - desk time; the desk's zone is laid on where it is used
"""A chat without `at` begins at the first open moment from here on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one test."""

    name: str
    """The sentence, or the name of the chat."""
    position: Position
    language: str
    problems: tuple[str, ...]
    """What did not hold, in words; empty if the test passed."""
    found: Found | None = None
    """For a sentence: what the search said."""
    article: str = ""
    """For a sentence: the article it stands beside."""
    must_find: bool = False
    """For a sentence: it must find that article."""
    steps: frozenset[str] = frozenset()
    """For a chat: the steps of flows it passed, as `flow/step`."""

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return not self.problems


def rehearse_articles(desk: Desk) -> Iterator[Outcome]:
    """Plays the sentences beside every article, as they stand in the files."""
    for article in desk.articles.values():
        for language, wording in article.tests.match.sentences():
            found = search(desk.index, wording.text, language=language)
            problems = () if _finds(found, article) else (_name_winner(found),)
            yield Outcome(
                name=wording.text,
                position=wording.position,
                language=language,
                problems=problems,
                found=found,
                article=article.id,
                must_find=True,
            )
        for language, sentences in article.tests.no_match.items():
            for sentence in sentences:
                found = search(desk.index, sentence.text, language=language)
                yield Outcome(
                    name=sentence.text,
                    position=sentence.place.position,
                    language=language,
                    problems=_miss(found, article, sentence.instead),
                    found=found,
                    article=article.id,
                )


def rehearse_chats(desk: Desk, chats: tuple[ConversationTest, ...]) -> Iterator[Outcome]:
    """Plays whole chats, each on its own."""
    for chat in chats:
        play = _open(desk, chat)
        yield Outcome(
            name=chat.name,
            position=chat.place.position,
            language=chat.language or desk.default_language,
            problems=tuple(_play(play, chat)),
            steps=frozenset(
                because.step for turn in play.turns for because in turn.because if because.rule == "flow_step"
            ),
        )


def _finds(found: Found, article: Article) -> bool:
    return found.decision is not Decision.UNKNOWN and bool(found.matches) and found.matches[0].id == article.id


def _miss(found: Found, article: Article, instead: str | None) -> tuple[str, ...]:
    if instead is not None:
        hit = found.decision is not Decision.UNKNOWN and found.matches and found.matches[0].id == instead
        return () if hit else (f"'{instead}' should be found; {_name_winner(found)}",)
    return (_name_winner(found),) if _finds(found, article) else ()


def _name_winner(found: Found) -> str:
    if not found.matches or found.decision is Decision.UNKNOWN:
        return "nothing is sure enough to be found"
    best = found.matches[0]
    return f"'{best.id}' wins with {best.confidence:.2f}, {found.margin:.2f} ahead, by {best.file}:{best.line}"


def _open(desk: Desk, chat: ConversationTest) -> Play:
    return Play(
        desk,
        _begin(desk, chat),
        channel=chat.channel.value,
        language=chat.language or desk.default_language,
        fields={name: str(value) for name, value in chat.customer.items()},
        mocks={name: _mock(desk, name, value) for name, value in chat.mock.items()},
    )


def _play(play: Play, chat: ConversationTest) -> Iterator[str]:
    for line in chat.chat:
        before = len(play.turns)
        try:
            shown = _do(play, line)
        except LookupError as error:
            yield f"{line.place.position.file}:{line.place.position.line}: {error}"
            return
        if line.expect is not None:
            seen = Seen(play=play, shown=tuple(shown), turns=tuple(play.turns[before:]))
            for problem in check_expectation(seen, line.expect):
                yield f"{line.place.position.file}:{line.place.position.line}: {problem}"


def _begin(desk: Desk, chat: ConversationTest) -> datetime:
    zone = zone_of(desk.policy)
    if chat.at is not None:
        return chat.at.replace(tzinfo=zone).astimezone(UTC)
    first = FIRST_DAY.replace(tzinfo=zone)
    team = desk.policy.default_team
    opens = first if is_open(desk.policy, team, first) else opens_at(desk.policy, team, first)
    return (opens or first).astimezone(UTC)


def _mock(desk: Desk, name: str, value: object) -> Mock:
    if not isinstance(value, Mapping):
        return Mock(result=None, reason=str(value))
    return Mock(result={**desk.settings.actions[name].mock, **value})


def _do(play: Play, line: ChatLine) -> list[Message]:
    if line.customer is not None:
        return play.say(line.customer)
    if line.press is not None:
        return play.press(line.press)
    if line.sends is not None:
        return play.send(line.sends.value)
    if line.wait is not None:
        return play.wait(line.wait)
    if line.agent is not None:
        return play.agent(line.agent)
    step = line.agent_does.value if line.agent_does else ""
    args = {"team": line.team or "", "reason": line.text or "test", "text": line.text or ""}
    return play.act("bot" if step == "back_to_bot" else step, **args)
