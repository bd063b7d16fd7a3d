"""What agents see of conversations on any desk: who sees what, the queue, a card's words, what can be said. Pure.

How it looks is each desk's: `web/console`, `slack`, `telegram`.
"""
