"""`minerva doctor`: what is found, what is wrong, what to do."""
