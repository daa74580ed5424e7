"""Pure text: templates."""
