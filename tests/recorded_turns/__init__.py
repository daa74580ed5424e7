"""Answers as they were told and as they were stored, for everything that puts events together: here, and in `web`."""
