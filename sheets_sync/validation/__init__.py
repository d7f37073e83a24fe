"""Says first what TikTok Shop would refuse. pandas and pandera live here only, and are loaded with `check` alone."""
