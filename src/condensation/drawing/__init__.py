"""One style for every figure, and byte-identical PDF, PNG, SVG and GIF."""
