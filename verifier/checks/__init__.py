"""One file per check: Case to Result, pure."""
