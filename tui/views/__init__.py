"""Views: what the digits 1 to 6 show."""
