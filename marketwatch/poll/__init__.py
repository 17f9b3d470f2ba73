"""Polling: bytes from the network → entries. Fetching is I/O; decoding, parsing and deciding are functions of values."""
