"""The two languages of every text hold the same formulas, numbers, code and links."""

import json

import pytest

from tools.text_lint import files
from tools.text_parity import check_file, differences


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_both_languages_say_the_same(path):
    assert [str(finding) for finding in check_file(path)] == []


@pytest.mark.parametrize(
    ("zh", "en", "expected"),
    [
        ("损失是$\\ln 10$。", "The loss is $\\ln  10$.", []),
        ("损失是$\\ln 10$。", "The loss is $\\ln 2$.", ["formula"] * 2),
        ("训练集有6万张", "60,000 training images", []),
        ("训练集有6万张", "50,000 training images", ["number"] * 2),
        ("准确率0.853", "accuracy 0.852", ["number"] * 2),
        ("升到95%", "up to 95%", []),
        ("升到95%", "up to 96%", ["number"] * 2),
        ("升了12个百分点，到95%", "up 12 points, to 95 per cent", []),
        ("`[代码]`", "`[code]`", []),
        ("五个值", "five values", []),
        ("试5个值", "five values", []),
        ("用`relu`", "use `relu`", []),
        ("用`relu`", "use ReLU", ["code"]),
        ("见[4.1节](4_1_mlp.ipynb)", "see [4.1](4_1_mlp.ipynb)", []),
        ("见[4.1节](4_1_mlp.ipynb)", "see [4.1](4_8.ipynb)", ["link"] * 2),
        ("```python\nx = 10\n```\n文", "text", []),
    ],
)
def test_differences(zh, en, expected):
    assert [what.split()[0] for what in differences(zh, en)] == expected


def test_a_finding_names_the_cell(tmp_path):
    block = '<div lang="zh-Hans">\n\n有12个\n\n</div>\n<div lang="en">\n\nthere are 13\n\n</div>'
    cells = [{"cell_type": "code", "source": []}, {"cell_type": "markdown", "source": [block]}]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert [str(found) for found in check_file(path)] == [
        "a.ipynb:cell 1: number in Chinese alone: 12",
        "a.ipynb:cell 1: number in English alone: 13",
    ]


def test_a_finding_names_the_entry(tmp_path):
    path = tmp_path / "a.yml"
    path.write_text("- id: first\n  said: {zh: 有12个, en: a dozen}\n", encoding="utf-8")
    (found,) = check_file(path)
    assert str(found) == "a.yml[first].said: number in Chinese alone: 12"
