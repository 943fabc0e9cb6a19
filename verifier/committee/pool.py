"""A committee's documents, each verified in a process of its own."""

from verifier.committee.answers import Answer, answer
from verifier.committee.documents import Document
from verifier.errors import InputError
from verifier.ground import Ground
from verifier.pool import Pool as _Pool


class Pool(_Pool[Document, Answer]):
    """A committee's batch under way."""

    @staticmethod
    def work(document: Document, ground: Ground) -> Answer:
        """Verify a document; whatever is wrong with it is said of it alone."""
        try:
            return answer(document.name, document.read(), ground)
        except InputError as error:
            return Pool.stopped(document, error.message)
        except OSError as error:
            return Pool.stopped(document, error.strerror or "cannot be read")

    @staticmethod
    def stopped(document: Document, why: str) -> Answer:
        """Call a document unusable."""
        return Answer(document.name, "", "unusable", why)
