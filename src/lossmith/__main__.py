"""``python -m lossmith`` is the command line."""

from lossmith.faces.cli import main

if __name__ == "__main__":
    main(prog_name="lossmith")
