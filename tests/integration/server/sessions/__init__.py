"""Sessions over HTTP, on a real server with real models."""
