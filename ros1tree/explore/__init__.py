"""The guideline as one offline page to read, try and review."""

from ros1tree.explore.page import Page, explore

__all__ = ["Page", "explore"]
