"""The names that users may rely on, and that importing them costs little."""

import subprocess
import sys

import pytest

import lossmith
from lossmith.words import Words

PUBLIC = {
    "objective", "Objective", "compare", "model", "parse", "Formula", "to_text", "to_unicode",
    "to_latex", "to_python",
    "Derivation", "verify", "check", "Checked", "Verdict", "Certificate", "Witness", "Source",
    "read_data", "Result",
    "Status", "Words", "LossmithError", "ParseError", "ShapeError", "DomainError", "UnknownAtom",
    "MissingExtra", "NotCertified", "DataError", "UsageError", "SelfCheckFailed",
}  # fmt: skip


def test_the_public_names_are_these_and_no_others():
    assert set(lossmith.__all__) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_there(name):
    assert getattr(lossmith, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = lossmith.nothing_of_this_name


def test_objective_stays_a_function_after_its_module_is_imported():
    import lossmith.workbench.objective

    assert lossmith.objective is lossmith.workbench.objective.objective


def test_importing_lossmith_and_asking_for_a_gradient_need_no_numpy():
    program = (
        "import sys, lossmith; f = lossmith.objective('norm2(X*w - y)^2', wrt='w'); "
        "assert str(f.gradient) == '2Xᵀ(Xw − y)', str(f.gradient); "
        "assert f.curvature().label == 'convex'; "
        "print([m for m in ('numpy', 'scipy', 'rich', 'click') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_words_fill_their_places_in_both_languages():
    words = Words("{a} is {what}", "{a} 是{what}").fill(a="f", what=Words("convex", "凸的"))
    assert (words.en, words.zh) == ("f is convex", "f 是凸的")
    assert words.say("zh") == "f 是凸的"
