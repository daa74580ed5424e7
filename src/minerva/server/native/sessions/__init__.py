"""Sessions over HTTP: conversations that are kept, and their answers as they are written."""
