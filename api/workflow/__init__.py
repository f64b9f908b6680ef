"""The use cases, by subject: one transaction and one event on the trail each."""
