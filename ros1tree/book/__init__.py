"""The guideline as a document in Markdown, with its diagrams."""
