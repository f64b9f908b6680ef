"""What every reading process needs, loaded once by the process that they are forked from: each then starts at once, and
they share its memory. One that was replaced after its tasks would else load it all anew."""

from verifier.reading import confine

confine.single_threaded()  # before numpy makes its threads

from verifier.reading import pictures, reader, sheet  # noqa: E402, F401
