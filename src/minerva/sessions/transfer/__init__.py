"""Sessions as files: ours without loss, Markdown for people, and what other programs export. Pure text and structs."""
