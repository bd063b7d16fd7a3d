"""A strict Slack on a real socket, written from the platform's documents; it knows nothing of our adapter."""

from tests.fakes.slack.platform import FakeSlack, Fault, Trouble
from tests.fakes.slack.server import SlackServer

__all__ = ["FakeSlack", "Fault", "SlackServer", "Trouble"]
