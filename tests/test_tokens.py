"""Colours keep their contrast on both page backgrounds, and mean one thing each."""

import json
import re
from itertools import pairwise

import pytest

from mlpbook import tokens

COLORS = tokens.TOKENS["colors"]
PAGES = {theme: COLORS["background"][theme] for theme in tokens.THEMES}
LEAST = {"text": 4.5, "line": 3.0}


def test_pages_are_the_ones_the_site_uses():
    assert PAGES == {"light": "#ffffff", "dark": "#14181e"}


@pytest.mark.parametrize("theme", tokens.THEMES)
@pytest.mark.parametrize("name", [n for n in COLORS if COLORS[n]["use"] in LEAST])
def test_contrast_meets_wcag_aa(name, theme):
    for ground in ("background", "surface"):
        ratio = tokens.contrast(COLORS[name][theme], COLORS[ground][theme])
        assert ratio >= LEAST[COLORS[name]["use"]], (name, theme, ground, ratio)


@pytest.mark.parametrize("theme", tokens.THEMES)
def test_text_on_accents_is_legible(theme):
    assert tokens.contrast(COLORS["on_accent"][theme], COLORS["accent"][theme]) >= 4.5
    assert tokens.contrast(COLORS["text"][theme], COLORS["accent_soft"][theme]) >= 4.5
    assert tokens.contrast(COLORS["accent"][theme], COLORS["accent_soft"][theme]) >= 4.5


@pytest.mark.parametrize("theme", tokens.THEMES)
def test_no_colour_means_two_things(theme):
    meanings = [name for name in COLORS if COLORS[name]["use"] != "fill"]
    assert len({COLORS[name][theme] for name in meanings}) == len(meanings)


@pytest.mark.parametrize("theme", tokens.THEMES)
def test_ends_of_the_colour_scales_differ_from_their_middle(theme):
    for stops in tokens.TOKENS["scales"].values():
        for first, second in pairwise(stops[theme]):
            assert tokens.contrast(first, second) >= 3.0


def test_contrast_agrees_with_published_values():
    assert tokens.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert tokens.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)
    assert tokens.contrast("#123456", "#123456") == 1.0


def test_every_value_is_well_formed():
    for name, entry in COLORS.items():
        assert set(entry) == {"light", "dark", "use"}, name
        assert entry["use"] in ("text", "line", "fill"), name
        assert all(re.fullmatch("#[0-9a-f]{6}", entry[theme]) for theme in tokens.THEMES), name


def test_classes_suffice_for_fashion_mnist():
    assert all(f"class_{k}" in COLORS for k in range(10))


def test_reader_and_file_agree():
    stored = json.loads(tokens.TOKENS_FILE.read_text(encoding="utf-8"))
    assert tokens.color("loss", "dark") == stored["colors"]["loss"]["dark"]
    assert tokens.color("loss") == stored["colors"]["loss"]["light"]


def test_wrong_names_are_errors():
    with pytest.raises(ValueError, match=r"color: got 'lost', expected one of .*loss"):
        tokens.color("lost")
    with pytest.raises(ValueError, match="theme: got 'dim', expected one of light, dark"):
        tokens.color("loss", "dim")
