"""Misconceptions: the file is sound, its problems are named, the box is the same on every run."""

import re

import pytest
import yaml

from mlpbook import misconceptions
from mlpbook.claims import claims
from mlpbook.misconceptions import MisconceptionError, card, load, misconception, problems

GOOD = {
    "id": "a",
    "section": "4.2",
    "ledger": ["x", "y"],
    "claim": "x",
    "said": {"zh": "说", "en": "said"},
    "tempting": {"zh": "因", "en": "why"},
    "truth": {"zh": "实", "en": "truth"},
}


def test_the_files_entries_are_sound():
    assert len(load()) >= 6
    assert not list(problems(yaml.safe_load(misconceptions.FILE.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("entry", load(), ids=lambda entry: entry.id)
def test_an_entry_belongs_to_known_claims(entry):
    for name in entry.ledger:
        assert name in claims()
    assert claims()[entry.claim].notebook == entry.section


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"claim": "z"}, r"entry 'a': got claim 'z', expected one of \['x', 'y'\]"),
        ({"said": {"zh": "说"}}, "entry 'a', said: got .* expected a text with zh and en"),
        ({"truth": {"zh": "说", "en": " "}}, "entry 'a', truth: got"),
        ({"extra": 1}, "entry 'a': got the fields .*'extra'"),
    ],
)
def test_a_bad_entry_is_named(tmp_path, change, message):
    path = tmp_path / "bad.yml"
    path.write_text(yaml.safe_dump([GOOD | change], allow_unicode=True), encoding="utf-8")
    with pytest.raises(MisconceptionError, match=rf"bad\.yml: {message}"):
        load(path)


def test_an_id_that_stands_twice_is_named():
    assert "got 2 of this id, expected 1" in next(problems([GOOD, GOOD]))


@pytest.mark.parametrize("entry", load(), ids=lambda entry: entry.id)
def test_the_box_is_bilingual_and_links_to_the_page(entry):
    html = misconception(entry.id)._repr_html_()
    assert html == misconception(entry.id)._repr_html_()
    assert html.count('<div lang="zh-Hans">') == html.count('<div lang="en">') == 3
    assert f'href="misconceptions.md#{entry.id}"' in html
    assert "$" not in re.sub(r'data-tex="[^"]*"', "", html)


def test_the_card_carries_the_anchor_and_the_link_to_the_cell():
    entry = load()[0]
    html = card(entry, {"claim": "4_2.html#claim-x"})
    assert f'id="{entry.id}"' in html
    assert 'href="4_2.html#claim-x"' in html
    assert "href" not in card(entry, {})


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no misconception 'nope'; there are: .*lr-one-fails"):
        misconception("nope")
