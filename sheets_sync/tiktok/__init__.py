"""TikTok Shop over HTTP: the adapter behind the port `Shop`. Start with `client.TikTokShop`."""
