"""How well a text stands out from what is behind it, as WCAG 2.2 measures it."""

TEXTS = """() => {
  // Behind a text is the last filled shape, drawn before it, in which its middle lies.
  const shapes = [...document.querySelectorAll('#view svg :is(path, polygon, text)')];
  const filled = [];
  const texts = [];
  for (const shape of shapes) {
    const box = shape.getBoundingClientRect();
    const fill = getComputedStyle(shape).fill;
    if (shape.tagName !== 'text') {
      if (fill !== 'none') filled.push([box, fill]);
      continue;
    }
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const behind = filled.filter(([b]) => b.left <= x && x <= b.right && b.top <= y && y <= b.bottom).at(-1);
    texts.push([shape.textContent, fill, behind[1]]);
  }
  return texts;
}"""
"""Every text of the page's diagram with its colour, and the colour behind it."""


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, written `rgb(1, 2, 3)`: from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
