"""What the ledger, compare, the feeds and the articles show, as rows: printed by commands, saved by the dashboard."""
