"""Certificates: the QR, and the PDF that anyone can check."""
