"""`xueshi rules …`: decide and explain from the command line. Standard output carries the answer and nothing else."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from rules.decision import Decision, hours_text
from rules.engine import decide as decide_year
from rules.errors import FactsError, InputError, NoPackInForce, PackError
from rules.facts import Facts, parse_facts
from rules.library import Library
from rules.pack import Pack
from rules.packs import load_library
from rules.policy import Policy
from rules.reading import load_json

app = typer.Typer(
    name="rules",
    help="学时认定规则：判断、解释、查看规则集 / the rules: decide, explain, look at the packs",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
DOES_NOT_HOLD = 1
UNUSABLE = 2
"""The exit code for what cannot be used as given."""
File = Annotated[
    Path,
    typer.Argument(
        help="JSON：一份 facts，或 {id, facts} 的列表 / one facts object, or a list of {id, facts}"
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option(
        "--rules",
        help="主管部门自有规则的文件夹 / an authority's own rules: a folder",
        exists=True,
        file_okay=False,
    ),
]


@app.command()
def decide(file: File, rules: Rules = None) -> None:
    """判断各年度，按序输出 JSON 列表 / Judge each year; print a JSON list, in order.

    Study overrides (`policy`, an inline `overlay`) are accepted, and mark the answer "hypothetical". Facts
    without an id have the id null. Exit code 2 when a record cannot be judged; the others are.
    """
    library, failed, answers = _library(rules), False, []
    for name, raw in _records(file):
        answer = _answer(name, raw, library)
        failed = failed or "error" in answer
        answers.append(answer)
    json.dump(answers, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    if failed:
        raise typer.Exit(UNUSABLE)


@app.command()
def explain(
    file: File,
    rules: Rules = None,
    what_if: Annotated[
        bool,
        typer.Option(
            "--what-if", help="还缺多少、哪些类别还有余地 / what is missing, and where there is room"
        ),
    ] = False,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare", help="参数=值：换一种读法会怎样 / parameter=value: what another reading would give"
        ),
    ] = None,
) -> None:
    """逐条解释认定结果 / Explain the recognition line by line."""
    from rules import explain as page
    from rules.outlook import look_ahead

    library, failed = _library(rules), False
    readings = [_reading(text) for text in compare or ()]
    for name, raw in _records(file):
        try:
            facts = _parse(raw)
            decision = _judge(facts, library)
            page.print_decision(name, decision)
            if what_if:
                page.print_outlook(decision, look_ahead(facts, decision, library))
            for parameter, value in readings:
                other = _judge(_parse(_overridden(raw, parameter, value)), library)
                page.print_comparison(f"{parameter} = {value}", decision, other)
        except FactsError as error:
            page.print_refusal(name, error)
            failed = True
    if failed:
        raise typer.Exit(UNUSABLE)


@app.command()
def cycle(file: File, rules: Rules = None) -> None:
    """行业细则的多年周期 / A sector's cycle: one person's years under one overlay, added up.

    Exit code 0 when it is met, 1 when it is not or not yet, 2 when it cannot be said.
    """
    from rules.cycles import cycle_standing
    from rules.explain import print_cycle, print_refusal

    try:
        standing = cycle_standing([_parse(raw) for _, raw in _records(file)], _library(rules))
    except NoPackInForce as error:
        _refuse(str(error))
    except FactsError as error:
        print_refusal(None, error)
        raise typer.Exit(UNUSABLE) from None
    print_cycle(standing)
    if not standing.met:
        raise typer.Exit(DOES_NOT_HOLD)


@app.command()
def packs(
    rules: Rules = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(help="两个规则集“编号@版本”的差别 / what differs between two packs, id@version"),
    ] = None,
    readings: Annotated[
        str | None,
        typer.Option(
            help="规则集“编号@版本”对各处疑义的读法与理由 / how a pack, id@version, reads what the text leaves open, and why"
        ),
    ] = None,
) -> None:
    """有哪些规则集、各自何时有效 / Which packs there are, and when they are in force."""
    from rules import inventory

    library = _library(rules)
    if readings is not None:
        inventory.print_readings(_found(library, readings))
        return
    if diff is None:
        inventory.print_inventory(library)
        if rules is not None:
            inventory.print_digests(rules)
        return
    before, after = (_found(library, key) for key in diff)
    inventory.print_differences(before, after)


@app.command()
def lint(rules: Rules = None) -> None:
    """检查规则文件：模式、引文、日期、未知键 / Check the rule files: shape, citations, dates, unknown keys."""
    from rules.lint import lint as find

    findings = find(rules)
    for finding in findings:
        typer.echo(f"{finding.name}#{finding.place}: {finding.message}")
    if findings:
        raise typer.Exit(DOES_NOT_HOLD)
    typer.echo("规则文件没有问题 / nothing is wrong with the rule files")


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help="facts | pack | overlay | note | activation | ending | law")],
) -> None:
    """输出 JSON Schema / Print a JSON Schema."""
    from rules.schemas import MODELS, schema_text

    if kind not in MODELS:
        _refuse(f"没有 {kind}；可选 / one of: {', '.join(MODELS)}")
    sys.stdout.write(schema_text(kind))


def _found(library: Library, key: str) -> Pack:
    pack = library.find(key)
    if pack is None:
        _refuse(f"没有加载 {key} / {key} is not loaded")
    return pack


def _library(rules: Path | None) -> Library:
    """Load the rules; end the program when they do not hold together."""
    try:
        return load_library(rules)
    except (InputError, PackError) as error:
        _refuse(str(error))


def _records(file: Path) -> list[tuple[str | None, object]]:
    """Return each record's id and facts; end the program when the file cannot be read as JSON."""
    try:
        document = load_json(file.read_bytes(), str(file))
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    except InputError as error:
        _refuse(str(error))
    records = document if isinstance(document, list) else [document]
    return [(_name_of(record), record) for record in records]


def _name_of(record: object) -> str | None:
    name = record.get("id") if isinstance(record, dict) else None
    return name if isinstance(name, str) else None


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(UNUSABLE)


def _reading(text: str) -> tuple[str, object]:
    """Read `parameter=value`; the value is JSON where it can be, else a word."""
    parameter, equals, value = text.partition("=")
    if not equals:
        _refuse(f"应为 参数=值 / expected parameter=value: {text}")
    if parameter not in Policy.model_fields:
        _refuse(f"没有参数 {parameter}；可比较 / no such parameter; one of: {', '.join(Policy.model_fields)}")
    try:
        read = load_json(value.encode(), "--compare")
    except InputError:
        return parameter, value
    if read is None:
        _refuse(
            f"{text}: null 即按规则集；要放宽上限请给大数 / as the pack says; to lift a cap, give a large one"
        )
    return parameter, read


def _facts_of(raw: object) -> object:
    """Return a record's facts: itself, or what it has under `facts`.

    Raises:
        FactsError: a record with an id but without facts.
    """
    if isinstance(raw, dict) and "activities" not in raw and ("facts" in raw or "id" in raw):
        if "facts" not in raw:
            raise FactsError(
                "/facts", "必填字段 / a required field", "缺少字段 facts / the field facts is missing"
            )
        return raw["facts"]
    return raw


def _overridden(raw: object, parameter: str, value: object) -> object:
    facts = _facts_of(raw)
    assert isinstance(facts, dict)  # noqa: S101  it has been judged once
    return {**facts, "policy": {**facts.get("policy", {}), parameter: value}}


def _parse(raw: object) -> Facts:
    return parse_facts(_facts_of(raw), study=True)


def _judge(facts: Facts, library: Library) -> Decision:
    """Judge one year.

    Raises:
        FactsError: it cannot be judged; a year without rules counts as that, at /year.
    """
    try:
        return decide_year(facts, library)
    except NoPackInForce as error:
        spans = ", ".join(
            f"{pack.key} ({pack.first_day} – {pack.valid[1] or ''})" for pack in library.judging
        )
        raise FactsError("/year", f"有规则集的年度 / a year with a rule pack: {spans}", str(error)) from None


def _answer(name: str | None, raw: object, library: Library) -> dict[str, Any]:
    try:
        decision = _judge(_parse(raw), library)
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
