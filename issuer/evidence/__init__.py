"""Proofs that people attach: checked by content, kept by digest, shown only as pictures made here."""
