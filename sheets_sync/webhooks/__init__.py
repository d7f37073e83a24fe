"""TikTok Shop's webhooks, received: the signature, the envelope, the inbox, the listener."""
