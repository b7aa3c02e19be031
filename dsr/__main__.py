"""`python -m dsr` is `dsr`."""

from dsr.cli import main

if __name__ == "__main__":
    main()
