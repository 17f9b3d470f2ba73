"""The dashboard: Textual screens that show domain values. No SQL and no HTTP in here."""
