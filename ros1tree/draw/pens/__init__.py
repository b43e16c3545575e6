"""The pens: each writes a picture down in one language, and knows nothing but the picture."""
