"""Widgets: one part of the screen each."""
