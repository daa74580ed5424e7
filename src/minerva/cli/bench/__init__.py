"""`minerva bench`: how fast a model reads and writes on this machine."""
