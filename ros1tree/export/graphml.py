"""The graph as GraphML, for yEd, Gephi, Cytoscape and others."""

from ros1tree.graph import to_graphml
from ros1tree.model import Guideline


def graphml(guideline: Guideline) -> str:
    """Return the graph as GraphML: titles, kinds and sections on nodes, conditions on edges."""
    return to_graphml(guideline)
