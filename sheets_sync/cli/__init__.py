"""The command line: nothing is decided here. Arguments in, one use case, its result as text or JSON, an exit code."""
