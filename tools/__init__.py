"""Programs for working on Minerva: set-up, generated documents. None of them is part of the package."""
