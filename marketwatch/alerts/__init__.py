"""Alerts on saved queries: each move that comes to match is told once, by whichever process finds it first."""
