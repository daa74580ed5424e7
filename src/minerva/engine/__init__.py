"""The worker process: token ids inside, text at its edge. Nobody imports this package; it is started as a program."""
