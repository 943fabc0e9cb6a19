"""`xueshi issue --year Y --all`: a year issued for everyone, told on the terminal."""

from collections.abc import Callable
from pathlib import Path

import typer

from issuer.certificates.service import draw_all, look_of
from issuer.instance import open_instance
from issuer.records.issuing import standing_of
from issuer.service import issue_year
from issuer.terminal import HELD, err, out, print_problems


def issue_everyone(
    home: Path, year: int, folder: Path | None, tick: Callable[[str, int, int], None], *, anew: bool
) -> None:
    """Issue a year, draw what stands of it where `folder` is given, and say what became of it.

    Raises:
        typer.Exit: with code 1, where somebody's records contradict themselves; the others are issued.
    """
    with open_instance(home) as instance:
        if folder is not None:
            look_of(instance)
        done = issue_year(instance, year, tick, anew=anew)
        if folder is not None:
            with instance.engine.connect() as connection:
                standing = standing_of(connection, year)
            draw_all(instance, standing, folder, lambda count, all_: tick("draw", count, all_))
    out.print(
        f"{year} 年度：新签发 issued {len(done.issued)}，未变 unchanged {done.unchanged}，"
        f"未完成 incomplete {done.incomplete}。"
    )
    if done.differing:
        out.print(
            f"按现行规则会不同、证明未动 would differ by the rules in force, certificates unchanged: {len(done.differing)}"
            "（--anew 重新认定 decides again）"
        )
    if done.unanswered:
        err.print(
            f"[yellow]没能向流出地核对的转入 transfers whose origin could not be asked: {done.unanswered}[/]"
            "（xueshi transfer recheck）"
        )
    if done.problems:
        err.print(f"[yellow]不能认定 cannot be decided: {len(done.problems)}[/]")
        print_problems([str(problem) for problem in done.problems], str(year))
        raise typer.Exit(HELD)
