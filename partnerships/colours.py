"""A partnership's own colour, made to be seen: contrast by WCAG's own formula; knows no page."""

from __future__ import annotations

# The grounds beside which the colour marks what is now (who must act, the present rung: static/escalation.css, modes.css), of
# each kind the one that is nearest to it: the page's own is lighter, or darker. And the contrast that an edge which carries
# meaning needs (WCAG 2.2, 1.4.11).
LIGHT_GROUND = "#f3f3f3"
DARK_GROUND = "#23282d"
ENOUGH = 3.0
STEPS = 50


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def seen_on(ground: str, colour: str) -> str:
    """The colour itself where it can be seen on the ground; else the nearest towards black or white that can."""
    end = (0, 0, 0) if _luminance(ground) > 0.5 else (255, 255, 255)
    start = _channels(colour)
    steps = (
        "#" + "".join(f"{round(a + (b - a) * step / STEPS):02x}" for a, b in zip(start, end, strict=True))
        for step in range(STEPS + 1)
    )
    return next(mixed for mixed in steps if contrast(mixed, ground) >= ENOUGH)


def stylesheet(colour: str) -> str:
    """The one variable that a partnership's theme sets, for light and for dark screens."""
    light, dark = seen_on(LIGHT_GROUND, colour), seen_on(DARK_GROUND, colour)
    return (
        f":root {{ --escalation-colour: {light}; }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ --escalation-colour: {dark}; }} }}\n"
    )
