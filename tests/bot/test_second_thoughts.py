"""What a customer changes his mind about, and how he says how it went."""

import pytest

from bot.decide import decide
from bot.model import Address, Author, AuthorKind, Edited, Event, Message, MessageKind, Question, QuestionKind
from bot.play import Play
from bot.questions import read_choice
from bot.survey import MARKS
from tests.desks import isp_desk
from tests.making import MONDAY

MARKS_IN_WORDS = {
    "one star": 1,
    "5": 5,
    "five stars": 5,
    "üks täht": 1,
    "viis tärni": 5,
    "пять звёзд": 5,
    "четыре": 4,
    "fem stjerner": 5,
    "quattro stelle": 4,
    "penkios žvaigždutės": 5,
}


def edit(play: Play, number: int, text: str) -> list[Message]:
    """The customer changes one of his messages; everything that is new or changed by it."""
    talk = play.conversation
    assert talk is not None
    author = Author(kind=AuthorKind.CUSTOMER, key="customer")
    at = Address(channel="web", account="site", chat="play")
    event = Event(key="edit", at=at, author=author, body=Edited(target=str(number), text=text), sent_at=play.now)
    return list(decide(talk, event, play.desk, play.now).said)


def test_a_changed_question_takes_its_old_answer_away() -> None:
    """The answer to words that are not there any more goes with its buttons; the new one stands below."""
    play = Play(isp_desk(), MONDAY)
    play.say("How can I pay my bill?")
    asked = next(each for each in play.messages if each.kind is MessageKind.CUSTOMER)
    old = [each.number for each in play.messages if each.number > asked.number and each.kind is MessageKind.ANSWER]
    said = {each.number: each for each in edit(play, asked.number, "How do I change my Wi-Fi password?")}
    assert old
    assert all(said[number].withdrawn and not said[number].text and not said[number].choices for number in old)
    assert any("sticker" in each.text or "password" in each.text for each in said.values() if not each.withdrawn)


def test_a_question_before_others_keeps_its_answer() -> None:
    """Only the last question is answered anew."""
    play = Play(isp_desk(), MONDAY)
    play.say("How can I pay my bill?")
    play.say("How do I change my Wi-Fi password?")
    first = next(each for each in play.messages if each.kind is MessageKind.CUSTOMER)
    said = edit(play, first.number, "my internet is down")
    assert [each.number for each in said] == [first.number]


@pytest.mark.parametrize(("words", "mark"), MARKS_IN_WORDS.items())
def test_a_mark_may_be_given_in_words(words: str, mark: int) -> None:
    """In each language, as a digit or a word, with what is counted or without."""
    assert MARKS == 5
    play = Play(isp_desk(), MONDAY)
    play.say("How can I pay my bill?")
    play.press("Yes")
    talk = play.conversation
    assert talk is not None
    assert talk.question is not None
    assert talk.question.kind is QuestionKind.SURVEY
    choice = read_choice(talk.question, words, play.desk)
    assert choice is not None
    assert choice.target == str(mark)


def test_more_words_are_no_mark() -> None:
    """A number in a sentence may be anything."""
    question = Question(number=1, kind=QuestionKind.SURVEY)
    assert read_choice(question, "I still have 2 other questions", isp_desk()) is None
