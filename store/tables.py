"""The tables as SQLAlchemy sees them; `store.models` and `poll_models` have their columns, `store.migrations` makes them."""

from __future__ import annotations

from sqlalchemy import column, table
from sqlmodel import SQLModel

from store import models as _models  # noqa: F401  (fills the metadata)
from store import poll_models as _poll_models  # noqa: F401

TABLES = SQLModel.metadata.tables
ARTICLE = TABLES["article"]
VERSION = TABLES["article_version"]
EXTRACTION = TABLES["extraction"]
PAST_EXTRACTION = TABLES["past_extraction"]
PAST_MENTION = TABLES["past_mention"]
FORMER = TABLES["former"]
MENTION = TABLES["mention"]
SHIFT = TABLES["shift"]
EVIDENCE = TABLES["evidence"]
FIGURE = TABLES["figure"]
MONTH_COUNT = TABLES["month_count"]
OUTLET_COUNT = TABLES["outlet_count"]
MARK = TABLES["mark"]
TAG = TABLES["tag"]
VERDICT = TABLES["verdict"]
STORY_PRINT = TABLES["story_print"]
STORY_KEY = TABLES["story_key"]
STORY_LINK = TABLES["story_link"]
STORY_BOND = TABLES["story_bond"]
UNDO = TABLES["undo"]
FEED_STATE = TABLES["feed_state"]
BACKFILL = TABLES["backfill"]
POLL = TABLES["poll"]
HOST = TABLES["host"]
PAGE = TABLES["page"]
ALERT = TABLES["alert"]
ALERT_TOLD = TABLES["alert_told"]
ALERT_MESSAGE = TABLES["alert_message"]
RETIRED = TABLES["retired"]
META = TABLES["meta"]
SEARCH = table("search", column("rowid"), column("search"), column("title"), column("text"), column("labels"))
"""The FTS5 index, see store.search; its hidden column `search` takes MATCH."""
SEARCH_FORMER = table("search_former", column("rowid"), column("search_former"), column("title"), column("text"))
"""The same of versions that are no longer the current ones, numbered by their rows in FORMER."""
