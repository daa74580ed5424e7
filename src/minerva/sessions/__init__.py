"""What the server keeps: conversations, in SQLite."""
