"""Witnesses: answering (the witness), asking (the log), a small server, its command line."""
