"""Slack: customers in direct messages and threads, agents in a channel with a thread for each hand-off.

The only place that knows slack_sdk and aiohttp. `service` puts the parts together.
"""
