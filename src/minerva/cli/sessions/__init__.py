"""Conversations that the server keeps, in the terminal."""
