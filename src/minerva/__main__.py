"""`python -m minerva` is `minerva`."""

from minerva.cli.main import main

if __name__ == "__main__":
    main()
