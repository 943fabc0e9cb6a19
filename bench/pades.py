"""What a PDF's own signature costs: `python -m bench.pades [FILES]`.

Prints the median processor time of signing a certificate (PAdES B-B by pyHanko, key in a file), of reading and checking the
signature as check 11 does, and by how many bytes the file grows.
"""

import sys
import time
from statistics import median

import pypdfium2

from tests.verifier.authority import ISSUED, Authority, credential
from tests.verifier.papers import certificate_pdf
from tests.verifier.signatures import pdf_key, signed, signing_issuer
from verifier.pdf_signature import read_signatures
from verifier.pdf_signature_check import fault_of


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    authority = Authority()
    shown = credential()
    pdf = certificate_pdf(authority, authority.issue(shown), shown)
    key, listed = pdf_key(), signing_issuer(authority).pdf_keys[0]
    signing, checking = [], []
    made = signed(pdf, key)  # loads pyHanko
    for _ in range(count):
        start = time.process_time()
        made = signed(pdf, key, ISSUED)
        signing.append(time.process_time() - start)
    document = pypdfium2.PdfDocument(made)
    for _ in range(count):
        start = time.process_time()
        (found,) = read_signatures(document, made)
        assert not fault_of(found, listed)
        checking.append(time.process_time() - start)
    document.close()
    print(
        f"{count} times: signing {1000 * median(signing):.1f} ms, checking {1000 * median(checking):.2f} ms of CPU"
    )
    print(f"{len(pdf):,} bytes become {len(made):,}, {len(made) - len(pdf):,} more")


if __name__ == "__main__":
    main()
