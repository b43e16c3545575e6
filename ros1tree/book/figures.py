"""The diagrams of a book: what its text says beside them is left out of them."""

from collections.abc import Mapping
from dataclasses import replace

from ros1tree.draw import Drawing, drawings
from ros1tree.draw.picture import STAR, Picture
from ros1tree.draw.view import bare
from ros1tree.model import Guideline

FOLDER, STEM = "diagrams", "book"


def figures(guideline: Guideline) -> Mapping[str | None, tuple[str, Drawing]]:
    """Return the file and the diagram of every section by its id, and as None the overview."""
    drawn = drawings(guideline, f"{STEM}.svg", whole_set=True, theme="auto")
    (overview, _), *_ = drawn.items()
    return {
        None if name == overview else drawing.picture.bands[0].id: (
            f"{FOLDER}/{name}",
            replace(drawing, picture=_starred(bare(drawing.picture))),
        )
        for name, drawing in drawn.items()
    }


def _starred(picture: Picture) -> Picture:
    """Return a picture that says what its stars mean, where it has any."""
    doubted = any(cite.doubted for cite in picture.cites())
    told = [f"{STAR}, which stands in the chapter."] if doubted else []
    return replace(picture, disclaimer=" ".join([*told, picture.disclaimer]).strip())
