"""Runs commands of Lossmith in this process, and reads the tables of ``examples/``."""

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from lossmith.faces.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(*arguments, code=0, stdin=None):
    result = CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def answer(*arguments, code=0):
    return json.loads(run(*arguments, "--json", code=code))


def table(name):
    lines = (EXAMPLES / name).read_text().splitlines()
    return np.array([[float(c) for c in line.split(",")] for line in lines[1:] if line])
