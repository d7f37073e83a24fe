"""Google Sheets over its API: credentials, paced and patient calls, grids, requests. It knows nothing of our tabs."""
