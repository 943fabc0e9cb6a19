"""For test suites of the W3C: an issuer and verifier of whatever is posted, with a key that lives as long as the process.

A process of its own (`xueshi serve conformance`), off unless somebody starts it: it opens no instance, no key and no
database, and what it signs is signed by a did:jwk of its own, which nobody trusts.
"""
