"""The service: memory and people around the verifier."""
