"""The authority's rules as public files: every document that decides, and the signed index of them.

Published after the commit that put them in force, as all public files are; publishing again writes what the database says.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from issuer.instance import Instance
from issuer.rulebook.documents import read_document
from issuer.rulebook.loading import IN_FORCE
from issuer.rulebook.tables import rule_document
from verifier.rulings import INDEX, Listed, sign_index


def rule_files(connection: sa.Connection, instance: Instance) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each document, under its id, version and kind, and of the index, signed now.

    Those of the instance's folder are among them: certificates name them just so.
    """
    query = sa.select(rule_document.c.name, rule_document.c.document_no)
    rows = connection.execute(query.where(rule_document.c.state == IN_FORCE))
    numbers = {row.name: row.document_no for row in rows}
    listed = []
    for _, text in instance.rulebook.documents(connection):
        its = read_document(text, len(text))
        one = Listed(
            name=its.name, sha256=its.digest.hex(), from_=str(its.first), document=numbers.get(its.name)
        )
        listed.append(one)
        yield one.path, text
    now = instance.now().replace(microsecond=0)
    yield INDEX, sign_index(instance.status_signer, listed, now).encode()
