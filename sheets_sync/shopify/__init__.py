"""Shopify by its Admin GraphQL API: the adapter behind the ports `Source` and `CartWriter`."""
