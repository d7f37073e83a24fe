"""Carries a plan out: intent before, answer after, safe to be killed between any two lines."""
