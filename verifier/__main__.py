"""`python -m verifier FILES…`: the verifier alone, without issuer, database or PDF renderer."""

from verifier.cli import app

app(prog_name="python -m verifier")
