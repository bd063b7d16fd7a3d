"""Weak matches are counted once for each question, however long its rest was waited for."""

from bot.play import Play
from tests.desks import isp_desk
from tests.making import MONDAY


def test_each_question_counts_once() -> None:
    """Three questions that were not understood leave three confidences."""
    play = Play(isp_desk(), MONDAY, language="en")
    for words in ("purple elephants juggle marmalade", "penguins whistle", "marmalade again"):
        play.say(words)
    assert play.conversation is not None
    assert len(play.conversation.confidences) == 3
