"""From cart to cells and back: projection, three-way merge, typed rows, accidents, defaults, the desired state. Pure."""
