"""One frozen Settings, resolved once."""
