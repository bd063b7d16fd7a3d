"""Telegram: customers in private chats, agents in the topics of a forum group.

`read` makes events of updates, `send` shows messages, `receive` fetches what comes in. This is the only place that
knows python-telegram-bot, and of that library only how to make a request: what was received is acknowledged, retried
and judged here, because the guarantees are ours to give.
"""
