"""One relevant question after another, until the guideline has answered as far as it can."""
