"""`lossmith check`: the annotated derivation, JSON, a page, a folder, exit codes."""

import json

import pytest
from command_line import answer, run

RIGHT = "f = x^2\nf' = 2*x\n"
WRONG = "L = -sum(y .* log(p)), p = softmax(o)\ndL/do_i = sum(k, p_k*y_k) - y_i\n"
UNREAD = "f = x^^2\n"
SHOWN = "f = relu(relu(x) - 1)\nf' = if(x > 1, 1, 0)\n"


@pytest.fixture
def folder(tmp_path):
    for name, text in (("a.txt", RIGHT), ("b.txt", WRONG), ("c.md", "nothing here\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_annotated_derivation_names_line_values_and_slip(folder):
    shown = run("check", folder / "b.txt", code=1)
    assert "3  dL/do_i = sum(k, p_k*y_k) - y_i" in shown
    assert "WRONG" in shown
    assert "at o = " in shown
    assert "the index was captured by the sum" in shown
    assert "when sum(y) = 1 (an assumption that is not given)" in shown


def test_exit_codes_tell_right_wrong_unread_and_undecided(folder):
    run("check", folder / "a.txt")
    run("check", "-", stdin=WRONG, code=1)
    run("check", "-", stdin=UNREAD, code=2)
    run("check", "-", stdin=SHOWN, code=3)


def test_json_holds_the_verdicts_and_their_evidence(folder):
    data = answer("check", folder / "b.txt", code=1)
    assert data["status"] == "wrong"
    assert data["first_wrong"] == 3
    line = data["lines"][2]
    assert line["truth"]["status"] == "refuted"
    assert line["truth"]["evidence"]["difference"]["format"] == "lossmith-difference"
    assert line["explanations"][0]["slip"] == "index-captured"


def test_the_page_is_one_file_without_outside_resources(folder):
    page = folder / "report.html"
    run("check", folder / "b.txt", "--html", page, code=1)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "captured" in text
    assert "http" not in text
    assert "<script" not in text


def test_a_folder_gives_a_table_and_a_summary(folder):
    shown = run("check", "--dir", folder, code=1)
    assert "a.txt" in shown
    assert "2 files" in shown or "3 files" in shown
    assert "1 right, 1 wrong" in shown
    data = json.loads(run("check", "--dir", folder, "--json", code=1))
    assert data["summary"]["wrong"] == 1


def test_broken_files_of_a_folder_are_told_apart_and_the_others_judged(folder):
    (folder / "bytes.txt").write_bytes(b"\xff\xfe\x00bad\x80")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    (folder / "huge.txt").write_text("x" * 1_100_000, encoding="utf-8")
    (folder / "unread.txt").write_text(RIGHT + UNREAD, encoding="utf-8")
    shown = run("check", "--dir", folder, code=1)
    assert "not UTF-8" in shown
    assert "no line of a derivation" in shown
    assert "larger than 1 MB" in shown
    assert "could not be read: 3" in shown
    assert "1 right, 1 wrong, 0 not all proved, 5 not read" in shown
    data = json.loads(run("check", "--dir", folder, "--json", code=1))
    assert {row["file"]: row["status"] for row in data["files"]}["bytes.txt"] == "unread"
    assert data["slips"] == [{"slip": "index-captured", "files": 1}]


def test_a_slip_of_several_files_is_told_below_the_table(folder):
    (folder / "d.txt").write_text(WRONG, encoding="utf-8")
    assert "2 files: the index was captured" in run("check", "--dir", folder, code=1)
    page = folder / "page.html"
    chinese = run("check", "--dir", folder, "--html", page, "--lang", "zh", code=1)
    assert "2 个文件：" in chinese
    assert "2 个文件：" in page.read_text(encoding="utf-8")


def test_chinese_speaks_chinese(folder):
    shown = run("check", folder / "b.txt", "--lang", "zh", code=1)
    assert "错误" in shown
    assert "求和符号" in shown


def test_a_python_gradient_is_checked_through_the_same_command(tmp_path):
    path = tmp_path / "grad.py"
    path.write_text("def loss(x):\n    return x**2\n\ndef grad(x):\n    return 2*x\n")
    assert "proved" in run("check", f"{path}:loss,grad")


def test_a_missing_file_and_a_missing_folder_are_told():
    run("check", "nowhere.txt", code=2)
    run("check", "--dir", "nowhere", code=2)
    run("check", code=2)


def test_the_evidence_of_a_checked_derivation_is_replayed_by_the_checker_alone(tmp_path):
    text = "f = x^2 + 2*x + 1\nf = (x + 1)^2\nf' = 2*x\n"
    saved = tmp_path / "checked.json"
    saved.write_text(run("check", "-", "--json", stdin=text, code=1), encoding="utf-8")
    shown = run("verify", saved)
    assert "line 2, proof" in shown
    assert "line 3, values at which it fails" in shown


def test_a_checked_derivation_that_claims_more_than_it_proves_is_refused(tmp_path):
    data = json.loads(run("check", "-", "--json", stdin="f = x^2\nf = x*x\nf' = 2*x\n"))
    data["lines"][2]["read"], data["lines"][2]["expected"] = (
        data["lines"][1]["read"], data["lines"][1]["read"],
    )  # fmt: skip
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(data), encoding="utf-8")
    run("verify", forged, code=2)
