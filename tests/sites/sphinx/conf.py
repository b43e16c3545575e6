project = "Example"
extensions = ["ros1tree.sphinx"]
html_theme = "alabaster"
