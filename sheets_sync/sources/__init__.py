"""Adapters of the `Source` port: they read a cart's products, one file per cart.

`open_source.py` finds the one that fits.
"""
