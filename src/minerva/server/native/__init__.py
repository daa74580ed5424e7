"""Minerva's own API, under /api/minerva/v1."""
