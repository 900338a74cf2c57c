"""Hypothesis profiles, and the rule that nightly tests run at night only.

LOSSMITH_HYPOTHESIS chooses the profile: dev (default), ci (default where CI is set) or nightly.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: machines are noisy, and a slow example is no counterexample.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=50, **_COMMON)
# Derandomized: the same commit gets the same verdict; new examples are the night's business.
settings.register_profile("ci", max_examples=100, derandomize=True, **_COMMON)
settings.register_profile("nightly", max_examples=5000, print_blob=True, **_COMMON)

PROFILE = os.environ.get("LOSSMITH_HYPOTHESIS") or ("ci" if os.environ.get("CI") else "dev")
settings.load_profile(PROFILE)


def pytest_report_header() -> str:
    return f"hypothesis profile of lossmith: {PROFILE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    _refuse_addresses(items)
    if PROFILE == "nightly":
        return
    skip = pytest.mark.skip(reason="nightly: set LOSSMITH_HYPOTHESIS=nightly")
    for item in items:
        if item.get_closest_marker("nightly") is not None:
            item.add_marker(skip)


def _refuse_addresses(items: list[pytest.Item]) -> None:
    """Refuse names of tests that hold an address: two workers would not agree on them."""
    named = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if named:
        raise pytest.UsageError(f"give these tests ids that every process has: {named[:3]}")
