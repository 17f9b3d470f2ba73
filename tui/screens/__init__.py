"""Screens that lie over the views."""
