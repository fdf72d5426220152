"""Model families: a folder each, pure science that imports nothing of the rest."""
