"""Replays verdicts in a process that can import the kernel and what it stands on, nothing else.

``python tests/evidence/replay_alone.py FILE`` reads one verdict a line (JSON), checks each piece of
evidence, and prints a row of JSON: how many were accepted and the seconds that each one took.
"""

import json
import sys
import time
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

TRUSTED = {"words", "errors", "expr", "properties", "atoms", "rules", "evidence"}
"""The rooms that a replay may use."""

PACKAGES = {"numpy", "scipy", "click", "rich", "sympy", "mpmath", "cvxpy", "sklearn"}
"""What the finders use; python-flint is the one package that the kernel has."""


class Guard(MetaPathFinder):
    """Refuses every room above the kernel, and every package of the finders."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        top, _, rest = name.partition(".")
        if top in PACKAGES or (top == "lossmith" and rest and rest.split(".")[0] not in TRUSTED):
            raise ImportError(f"{name} is not for the kernel")
        return None


def main() -> None:
    """Replay the verdicts of the file that is named on the command line."""
    sys.meta_path.insert(0, Guard())
    from lossmith.evidence.check import check
    from lossmith.evidence.replay import evidence_from_json, replay

    seconds: list[float] = []
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            start = time.perf_counter()
            for evidence in evidence_from_json(row):
                check(evidence)
                seconds.append(time.perf_counter() - start)
                start = time.perf_counter()
            replay(row)  # refuses a verdict that says more than its evidence
    foreign = [m for m in sys.modules if m.partition(".")[0] in PACKAGES]
    above = [m for m in sys.modules if m.startswith("lossmith.") and m.split(".")[1] not in TRUSTED]
    print(json.dumps({"accepted": len(seconds), "seconds": seconds, "foreign": foreign + above}))


if __name__ == "__main__":
    main()
