"""The rules of a review, by what they look at."""
