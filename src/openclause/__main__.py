"""Run the command line as `python -m openclause`."""

from openclause.cli import main

if __name__ == "__main__":
    main()
