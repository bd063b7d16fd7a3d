"""The tables, and the constraints that carry the guarantees.

A migration in `migrations/` makes each of them; a test holds both to be the same. Nothing here runs SQL.
Moments are stored as microseconds since 1970 in UTC, and whatever is only read back whole as one JSON text.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware moment as whole microseconds, so that it sorts and compares the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- given by SQLAlchemy
        """Counts the microseconds since 1970; a moment without a zone is an error of the caller."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- as above
        """Makes the moment again, in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> Column[int]:
    """A row number that is never used again, not even after the row is gone."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


inbox = Table(
    "inbox",
    metadata,
    _number(),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("event_key", String, nullable=False),
    Column("content_key", String),
    Column("source", String, nullable=False),
    Column("order_key", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("late", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    Column("refused", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("conversation", String),
    Column("event", Text),
    CheckConstraint("state IN ('new', 'done', 'ignored', 'quarantined')", name="state"),
    Index("uq_inbox_event", "channel", "account", "event_key", unique=True),
    Index(
        "uq_inbox_content",
        "channel",
        "account",
        "content_key",
        unique=True,
        sqlite_where=text("content_key IS NOT NULL"),
        postgresql_where=text("content_key IS NOT NULL"),
    ),
    Index("ix_inbox_waiting", "lane", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    Index(
        "ix_inbox_quarantined",
        "id",
        sqlite_where=text("state = 'quarantined'"),
        postgresql_where=text("state = 'quarantined'"),
    ),
    Index("ix_inbox_received", "received_at"),
    Index(
        "ix_inbox_order",
        "source",
        "order_key",
        sqlite_where=text("order_key <> ''"),
        postgresql_where=text("order_key <> ''"),
    ),
    sqlite_autoincrement=True,
)
"""Everything that came in. `state`: `new, done, ignored, quarantined`; `event` is dropped before the row is."""

customer = Table(
    "customer",
    metadata,
    Column("id", String, primary_key=True),
    Column("data", Text, nullable=False),
)
"""People who ask, `channel:account:key`, kept across their conversations."""

conversation = Table(
    "conversation",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("lane", String, nullable=False),
    Column("customer", ForeignKey("customer.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("wake_at", Moment),
    Column("handed_at", Moment),
    Column("team", String),
    Column("agent", String),
    Column("customer_at", Moment),
    Column("language", String, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("last_words", Text, nullable=False),
    Column("state", Text, nullable=False),
    Index(
        "uq_conversation_open",
        "lane",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index("ix_conversation_lane", "lane", "number"),
    Index("ix_conversation_customer", "customer", "number"),
    Index(
        "ix_conversation_wake",
        "wake_at",
        sqlite_where=text("wake_at IS NOT NULL"),
        postgresql_where=text("wake_at IS NOT NULL"),
    ),
    Index("ix_conversation_closed", "closed_at"),
    Index(
        "ix_conversation_team",
        "team",
        "number",
        sqlite_where=text("team IS NOT NULL"),
        postgresql_where=text("team IS NOT NULL"),
    ),
)
"""One row per conversation; `lane` is its key as text, `state` the rest of `bot.model.Conversation`."""

wait = Table(
    "wait",
    metadata,
    _number(),
    Column("team", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Index("ix_wait_at", "at"),
    sqlite_autoincrement=True,
)
"""One row per claim: how long the customer waited, and the longest wait he had been told, in minutes."""

flow_step = Table(
    "flow_step",
    metadata,
    _number(),
    Column("conversation", ForeignKey("conversation.id"), nullable=False),
    Column("flow", String, nullable=False),
    Column("step", String, nullable=False),
    Column("what", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_flow_step_at", "flow", "at"),
    sqlite_autoincrement=True,
)
"""One row for each thing that happened at a step of a flow; `what` is a `bot.funnel.Fate`. Never what was said."""

message = Table(
    "message",
    metadata,
    Column("conversation", ForeignKey("conversation.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("audience", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("withdrawn", Boolean(create_constraint=False), nullable=False),
    Column("origin", String, nullable=False),
    Column("external_id", String, nullable=False),
    Column("data", Text, nullable=False),
    Index("ix_message_version", "conversation", "version"),
    Index(
        "ix_message_external",
        "conversation",
        "external_id",
        sqlite_where=text("external_id <> ''"),
        postgresql_where=text("external_id <> ''"),
    ),
)
"""The transcript, in its latest revision; `data` is the rest of `bot.model.Message`."""

word = Table(
    "word",
    metadata,
    Column("word", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""By which words agents find a conversation: of its people, never of the bot, each once for each conversation.

It may hold words that were taken back since; whoever finds by it looks at the messages themselves.
"""

place = Table(
    "place",
    metadata,
    Column("conversation", ForeignKey("conversation.id"), primary_key=True),
    Column("id", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("account", String, nullable=False),
    Column("chat", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("since", Integer, nullable=False),
    Column("team", String, nullable=False),
    Column("live", Boolean(create_constraint=False), nullable=False),
    Column("not_before", Moment),
    Index(
        "uq_place_thread",
        "channel",
        "account",
        "chat",
        "thread",
        unique=True,
        sqlite_where=text("role = 'desk' AND thread <> ''"),
        postgresql_where=text("role = 'desk' AND thread <> ''"),
    ),
    Index(
        "uq_place_live",
        "conversation",
        "channel",
        "account",
        "chat",
        unique=True,
        sqlite_where=text("role = 'desk' AND live"),
        postgresql_where=text("role = 'desk' AND live"),
    ),
)
"""Where a conversation is seen on channels that must be written to; `not_before` is a wait the platform asked for."""

delivery = Table(
    "delivery",
    metadata,
    _number(),
    Column("conversation", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("place", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("shown_revision", Integer, nullable=False),
    Column("external_ids", Text, nullable=False, server_default="[]"),
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("behind_since", Moment),
    Column("next_try_at", Moment),
    Column("reason", Text, nullable=False, server_default=""),
    Column("doubtful", Boolean(create_constraint=False), nullable=False, server_default=text("false")),
    CheckConstraint("state IN ('idle', 'sending', 'unsure', 'failed')", name="state"),
    ForeignKeyConstraint(["conversation", "number"], ["message.conversation", "message.number"]),
    ForeignKeyConstraint(["conversation", "place"], ["place.conversation", "place.id"]),
    Index("uq_delivery_message_place", "conversation", "number", "place", unique=True),
    Index(
        "uq_delivery_sending",
        "conversation",
        "place",
        unique=True,
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index(
        "ix_delivery_behind",
        "conversation",
        "place",
        "number",
        sqlite_where=text("revision > shown_revision"),
        postgresql_where=text("revision > shown_revision"),
    ),
    sqlite_autoincrement=True,
)
"""A message in a place: `revision` is the latest there is, `shown_revision` the one the place shows (0: none)."""

call = Table(
    "call",
    metadata,
    Column("conversation", ForeignKey("conversation.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("action", String, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("answer", Text),
    Index(
        "ix_call_waiting",
        "conversation",
        "number",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
)
"""Things to be done outside that a Turn asked for: `new`, `making`, `asked` (of people), `done`, `failed`."""

seen = Table(
    "seen",
    metadata,
    Column("conversation", ForeignKey("conversation.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)
"""How far the customer of a conversation on the web has read."""

signature = Table(
    "signature",
    metadata,
    Column("nonce", String, primary_key=True),
    Column("browser", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_signature_expires_at", "expires_at"),
)
"""Which browser showed a site's signature first, both as digests, until it has run out."""

staff = Table(
    "staff",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("password", String),
    Column("roles", Text, nullable=False),
    Column("teams", Text, nullable=False),
    Column("languages", Text, nullable=False),
    Column("available", Boolean(create_constraint=False), nullable=False),
    Column("disabled", Boolean(create_constraint=False), nullable=False),
    Column("created_at", Moment, nullable=False),
)
"""Agents' accounts; `password` is a hash, and none until the agent has chosen one."""

staff_identity = Table(
    "staff_identity",
    metadata,
    Column("channel", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("agent", ForeignKey("staff.id"), nullable=False, index=True),
)
"""Which account a person of Slack or Telegram has; `key` is the platform's own id of the person."""

session = Table(
    "session",
    metadata,
    Column("hash", String, primary_key=True),
    Column("agent", ForeignKey("staff.id"), nullable=False, index=True),
    Column("token", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
"""Who is logged in; the id itself is only in the browser. `token` goes with every request that changes something."""

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("hash", String, primary_key=True),
    Column("agent", ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
"""Links that log an agent in once, for the first password."""

login_attempt = Table(
    "login_attempt",
    metadata,
    _number(),
    Column("login", String, nullable=False, index=True),
    Column("address", String, nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,
)
"""Logins that failed or are being checked; one that succeeds takes its row away."""


audit = Table(
    "audit",
    metadata,
    _number(),
    Column("at", Moment, nullable=False),
    Column("agent", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""What agents did beyond talking; only ever added to, and never a message's text."""

counter = Table(
    "counter",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""The highest case number given out."""

mark = Table(
    "mark",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about the database as a whole, for example that it is a restored copy."""
