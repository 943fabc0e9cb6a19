"""What the commands of the issuer share: two consoles, exit codes, the instance's folder, errors in words."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from issuer.errors import InputRefused, IssuerError
from ledger.errors import LedgerError
from rules.errors import RulesError
from verifier.errors import VerifierError

out = Console()
err = Console(stderr=True)
HELD, REFUSED = 1, 2
SHOWN = 20
"""Problems printed of a refused file; the rest are counted."""
SERVE_PACKAGES = {"fastapi", "jinja2", "pydantic_settings", "uvicorn"}
Home = Annotated[
    Path, typer.Option("--home", envvar="XUESHI_HOME", help="签发实例的目录 the instance's folder")
]


@contextmanager
def issuer_errors() -> Iterator[None]:
    """Turn every named error into its words and exit code 2."""
    try:
        yield
    except ModuleNotFoundError as error:
        extra = "serve" if error.name in SERVE_PACKAGES else "issuer"
        err.print(
            f"缺少 missing: {error.name}。另需安装 install: pip install 'xueshi[{extra}]'", markup=False
        )
        raise typer.Exit(REFUSED) from None
    except InputRefused as error:
        print_problems([str(problem) for problem in error.problems], error.source)
        err.print("[bold]没有登记任何内容。Nothing was recorded.[/]")
        raise typer.Exit(REFUSED) from None
    except (IssuerError, LedgerError, RulesError, VerifierError, OSError) as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(REFUSED) from None
    except Exception as error:
        if (said := _database_says(error)) is None:
            raise
        err.print(
            f"数据库没有读写成：{said}。此前提交的都在，什么也没有记一半；排除故障后再运行一次即可继续。"
            "The database could not be read or written. What was committed stays, nothing is recorded by half; "
            "run again once this is mended.",
            style="red",
            markup=False,
        )
        raise typer.Exit(REFUSED) from None


@contextmanager
def progress(steps: Mapping[str, str]) -> Iterator[Callable[[str, int, int], None]]:
    """Show how far each step is: told its name, how much is done and how much there is. `steps` says what each is called."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=not sys.stderr.isatty()) as shown:
        tasks = {}

        def tick(step: str, done: int, all_: int) -> None:
            if step not in tasks:
                tasks[step] = shown.add_task(steps[step], total=all_)
            shown.update(tasks[step], completed=done)

        yield tick


def _database_says(error: Exception) -> str | None:
    """The driver's own words, where an error is the database's; never the statement, whose values may name people.

    Only called once there is an error: the base installation has no SQLAlchemy, and the others need not load it here.
    """
    if not find_spec("sqlalchemy"):
        return None
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415 - the reason above

    return str(error.orig).strip() if isinstance(error, DBAPIError) else None


def print_problems(problems: list[str], source: str) -> None:
    for problem in problems[:SHOWN]:
        err.print(f"{source}: {problem}", markup=False, highlight=False)
    if len(problems) > SHOWN:
        err.print(f"… 另有 and {len(problems) - SHOWN} 处 more")
