"""Word lists, all typed by us for this corpus; which words belong to which split is decided by their hash."""
