"""`xueshi rules …`: decide and explain from the command line. Standard output carries the answer and nothing else."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from rules.decision import Decision, hours_text
from rules.engine import decide as decide_year
from rules.errors import FactsError, InputError, NoPackInForce
from rules.facts import parse_facts
from rules.library import Library
from rules.packs import load_library
from rules.reading import load_json

app = typer.Typer(
    name="rules",
    help="学时认定规则：判断、解释、查看规则集 / the rules: decide, explain, look at the packs",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
UNUSABLE = 2
"""The exit code for what cannot be used as given."""
File = Annotated[
    Path,
    typer.Argument(
        help="JSON：一份 facts，或 {id, facts} 的列表 / one facts object, or a list of {id, facts}"
    ),
]


@app.command()
def decide(file: File) -> None:
    """判断各年度，按序输出 JSON 列表 / Judge each year; print a JSON list, in order.

    Study overrides (`policy`, an inline `overlay`) are accepted, and mark the answer "hypothetical". A single facts
    object has the id null. Exit code 2 when a record cannot be judged; the others are.
    """
    library, failed, answers = load_library(), False, []
    for name, raw in _records(file):
        answer = _answer(name, raw, library)
        failed = failed or "error" in answer
        answers.append(answer)
    json.dump(answers, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    if failed:
        raise typer.Exit(UNUSABLE)


@app.command()
def explain(file: File) -> None:
    """逐条解释认定结果 / Explain the recognition line by line."""
    from rules.explain import print_decision, print_refusal

    library, failed = load_library(), False
    for name, raw in _records(file):
        try:
            print_decision(name, _judge(raw, library))
        except FactsError as error:
            print_refusal(name, error)
            failed = True
    if failed:
        raise typer.Exit(UNUSABLE)


def _records(file: Path) -> Iterator[tuple[str | None, object]]:
    """Give each record's id and facts; end the program when the file is no list of them."""
    try:
        document = load_json(file.read_bytes(), str(file))
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    except InputError as error:
        _refuse(str(error))
    if not isinstance(document, list):
        yield None, document
        return
    for record in document:
        name = record.get("id") if isinstance(record, dict) else None
        yield name if isinstance(name, str) else None, record


def _refuse(message: str) -> Any:
    typer.echo(message, err=True)
    raise typer.Exit(UNUSABLE)


def _judge(raw: object, library: Library) -> Decision:
    """Judge one record: facts, or an object that has them under `facts`.

    Raises:
        FactsError: they cannot be judged; a year without rules counts as one, at /year.
    """
    if isinstance(raw, dict) and "id" in raw and "year" not in raw:
        if "facts" not in raw:
            raise FactsError(
                "/facts", "必填字段 / a required field", "缺少字段 facts / the field facts is missing"
            )
        raw = raw["facts"]
    try:
        return decide_year(parse_facts(raw, study=True), library)
    except NoPackInForce as error:
        packs = ", ".join(f"{pack.key} ({pack.first_day} – {pack.valid[1] or ''})" for pack in library.packs)
        raise FactsError("/year", f"有规则集的年度 / a year with a rule pack: {packs}", str(error)) from None


def _answer(name: str | None, raw: object, library: Library) -> dict[str, Any]:
    try:
        decision = _judge(raw, library)
    except FactsError as error:
        return {"id": name, "error": error.to_json()}
    answer: dict[str, Any] = {
        "id": name,
        "professional": hours_text(decision.professional),
        "public": hours_text(decision.public),
        "total": hours_text(decision.total),
        "complete": decision.complete,
        "deemed": decision.deemed,
        "lines": [line.to_json() for line in decision.lines],
    }
    if decision.hypothetical:
        answer["hypothetical"] = True
    return answer
