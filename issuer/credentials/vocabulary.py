"""The vocabulary of our credential types, for other people's tools: a JSON-LD context and a JSON Schema, both versioned.

Made from the verifier's own models, so that they cannot say anything else than what is signed and read. A version once
published never changes; the ending of the context's address is the version (docs/format.md, section 3).
"""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from verifier.credential import CONTEXT_PATH, Credential

CONTEXT_FILE = CONTEXT_PATH.removeprefix("/")
SCHEMA_FILE = f"{CONTEXT_FILE}.schema.json"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPES = ("CompletionCertificate", "HoursStatement", "TransferCertificate")
_OPEN = ("hours", "required", "categories", "deemed", "rules", "lines")
"""Terms whose values are JSON of our own: exact figures, not links to anything."""
_PLAIN = {"serial": "string", "version": "integer", "year": "gYear", "selfVerified": "boolean"}
_UNUSUAL = ("region", "measure")
_NAMED = ("identifier", "employer", "registrar", "conclusion", "certificate", *_UNUSUAL)


def context(base_url: str) -> dict[str, Any]:
    """The JSON-LD 1.1 context served at `<base_url>/ns/xueshi/v1`, to follow the W3C's own (VC Data Model 2.0 §4.3)."""
    terms = f"{base_url}{CONTEXT_PATH}#"
    return {
        "@context": {
            "@version": 1.1,
            "@protected": True,
            **{kind: f"{terms}{kind}" for kind in _TYPES},
            "iss": {"@id": f"{terms}iss", "@type": "@id"},
            "iat": {"@id": f"{terms}iat", "@type": f"{_XSD}integer"},
            **{name: {"@id": f"{terms}{name}", "@type": "@json"} for name in _OPEN},
            **{name: {"@id": f"{terms}{name}", "@type": _XSD + kind} for name, kind in _PLAIN.items()},
            **{name: f"{terms}{name}" for name in _NAMED},
            "years": {"@id": f"{terms}years", "@container": "@list"},
        }
    }


@cache
def schema(base_url: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of the signed payload, for all types of document."""
    made = TypeAdapter(Credential).json_schema(by_alias=True)
    for part in made["$defs"].values():
        # What has a default here is written all the same, except where the usual one goes without saying.
        part["required"] = [name for name in part["properties"] if name not in _UNUSUAL]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base_url}/{SCHEMA_FILE}",
        "title": "Xueshi credentials, version 1",
        **made,
    }
