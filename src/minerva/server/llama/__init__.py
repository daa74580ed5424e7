"""What llama-server has beside OpenAI's API: tokens of a text and back, and texts with a gap."""
