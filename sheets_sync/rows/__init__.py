"""From cart to cells and back: projection, merge, typed rows, accidents, defaults, the desired state. Pure."""
