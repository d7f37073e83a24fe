"""The demonstration: a small Japanese shop of our own, a merchandiser's edits, and the whole job on the sandbox."""
