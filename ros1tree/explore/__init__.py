"""The guideline as one offline page to read, try and review."""
