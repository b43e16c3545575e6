"""A population in a picture: how many patients come by each box and arrow."""

from dataclasses import replace

from ros1tree.draw.picture import Arrow, Band, Box, Picture
from ros1tree.population import Passage, Population
from ros1tree.prose import per_cent


def peopled(picture: Picture, population: Population) -> Picture:
    """Return a picture of a guideline with the patients of a population in it.

    Where nobody certainly comes by, boxes and arrows are faint.
    """
    people = _People(population)
    return replace(
        picture,
        subtitle=f"{picture.subtitle}. {people.counted()}",
        bands=tuple(map(people.band, picture.bands)),
        arrows=tuple(map(people.arrow, picture.arrows)),
        peopled=True,
    )


class _People:
    def __init__(self, population: Population) -> None:
        self.population = population
        self.walked = population.patients - population.status.get("invalid", 0)

    def counted(self) -> str:
        """Return the population in a sentence."""
        status = self.population.status
        parts = (f"{count:,} {name.replace('_', ' ')}" for name, count in status.items() if count)
        return f"{self.population.patients:,} patients: {', '.join(parts) or 'nobody'}"

    def band(self, band: Band) -> Band:
        return replace(band, boxes=tuple(map(self._box, band.boxes)))

    def _box(self, box: Box) -> Box:
        passage = self.population.nodes.get(box.id, Passage(0, 0))
        failing = self.population.faults.get(box.id, 0)
        count = f"{self._share(passage)}{self._open(passage)}"
        return replace(
            box,
            count=count,
            state="plain" if passage.certain else "no",
            fault=f"FAULT: no single branch holds for {failing:,}" if failing else "",
        )

    def arrow(self, arrow: Arrow) -> Arrow:
        edges = self.population.edges
        passage = Passage(0, 0)
        if arrow.tail in edges:
            passage = edges[arrow.tail].get(arrow.head, passage)
        return replace(
            arrow,
            count=self._share(passage),
            share=passage.certain / self.walked if self.walked else 0.0,
            state="plain" if passage.certain else "no",
        )

    def _share(self, passage: Passage) -> str:
        """Return how many certainly come by, and their share of all who can be walked."""
        part = passage.certain / self.walked if self.walked else 0.0
        return f"{passage.certain:,} ({per_cent(part)})"

    def _open(self, passage: Passage) -> str:
        return f" + {passage.possible:,} possible" if passage.possible else ""
