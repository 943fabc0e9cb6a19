"""JSON Schemas of facts, packs, overlays, notes, activations, endings and laws: made from the models that read them at the edge.

The files beside this module are what is published. `xueshi rules schema KIND` prints one; a test holds the files
equal to the models. A schema says what a document looks like; contradictions between its parts are found by reading it.
"""

import json
from pathlib import Path

from rules.facts import Facts
from rules.overlay import Overlay
from rules.pack import Activation, Ending, InterpretationNote, Law, Pack
from rules.scalars import Frozen

MODELS: dict[str, type[Frozen]] = {
    "facts": Facts,
    "pack": Pack,
    "overlay": Overlay,
    "note": InterpretationNote,
    "activation": Activation,
    "ending": Ending,
    "law": Law,
}
FOLDER = Path(__file__).parent


def schema_text(name: str) -> str:
    """Return the JSON Schema (2020-12) of one kind of document, as it stands in its file."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **MODELS[name].model_json_schema()}
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
