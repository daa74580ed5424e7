"""Bodies that no client should send, on every route: refused in the API's own words, never a 5xx, a hang or a death."""
