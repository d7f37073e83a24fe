"""The demonstration: an invented shop with the faults that real ones have, taken through every step offline."""
