"""The colours of a mail can be read in both schemes."""

import re

import pytest

from workers.writing.rendering.inlining import PALETTE, SOURCES

LEAST_CONTRAST = 4.5


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_the_usual_one() -> None:
    """Black on white is 21, and the grey that is known as the palest readable one is just above 4.5."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(scheme: str) -> None:
    """B31: at least 4.5 for all pairs of the palette."""
    colours = PALETTE[scheme]
    pairs = [(text, ground) for text, grounds in PALETTE["pairs"].items() for ground in grounds]

    ratios = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < LEAST_CONTRAST} == {}
    assert len(ratios) >= 7


def test_every_text_colour_of_the_styles_is_a_pair_of_the_palette() -> None:
    """A colour that is used for text is checked by the test above."""
    css = "".join(source for name, source in SOURCES.items() if name.endswith(".css"))
    used = re.findall(r"(?<![-\w])color:\{\{ (?:light|dark)\.(\w+) \}\}", css)

    assert set(used) == set(PALETTE["pairs"])
    assert "#" not in css


def test_both_schemes_have_the_same_colours() -> None:
    """None is pure black or white: programs that invert a mail would make it glare."""
    assert PALETTE["light"].keys() == PALETTE["dark"].keys()
    assert {"#000000", "#ffffff"}.isdisjoint({*PALETTE["light"].values(), *PALETTE["dark"].values()})
