"""All carts whose CSV files the tests can write."""

from tests.sources.cart_files_flat import BASE, ECCUBE, MATRIXIFY, NEXT_ENGINE
from tests.sources.cart_files_joined import COLORME, MAKESHOP, YAHOO
from tests.sources.cart_files_parents import RAKUTEN, WOOCOMMERCE
from tests.sources.cart_writing import Cart, write_cart

CARTS = (ECCUBE, MAKESHOP, RAKUTEN, YAHOO, BASE, NEXT_ENGINE, WOOCOMMERCE, COLORME, MATRIXIFY)
BY_NAME = {cart.name: cart for cart in CARTS}

__all__ = ["BY_NAME", "CARTS", "YAHOO", "Cart", "write_cart"]
