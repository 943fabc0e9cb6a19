"""Reads a Dockerfile into its instructions; enough for ours, which use no heredocs and no build arguments."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = sorted((ROOT / "docker").glob("*.Dockerfile"))


@dataclass(frozen=True)
class Instruction:
    word: str
    """In capitals: FROM, RUN, COPY, …"""
    text: str
    """The rest, with continued lines joined."""

    def words(self) -> list[str]:
        """The arguments of COPY, CMD, ENTRYPOINT: the JSON form where it is one, else words as a shell splits them."""
        if self.text.startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return shlex.split(self.text)


def read(path: Path) -> list[Instruction]:
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    split = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [Instruction(word.upper(), " ".join(text.split())) for word, text in split]


def environment(instructions: list[Instruction]) -> dict[str, str]:
    """What the ENV instructions set, with $NAME replaced as the builder does."""
    found = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    for instruction in instructions:
        if instruction.word == "ENV":
            for pair in instruction.words():
                key, _, value = pair.partition("=")
                found[key] = re.sub(r"\$(\w+)", lambda m: found.get(m[1], ""), value)
    return found
