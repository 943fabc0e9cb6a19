"""Changing `xueshi.toml` by program: some values, and nothing else of it."""

import json
import os
import re
import tomllib
from pathlib import Path

from issuer.config import FILE, read_settings
from issuer.errors import SettingsError
from ledger.files import replace_file

DATABASE = "database"
OURS = (DATABASE, "log_number", "first_status_list")
"""Settings that moving to a new log changes."""


def hold_that_the_file_rules() -> None:
    """Hold that the environment sets none of the values that are to be changed in the file, but for the database.

    Raises:
        SettingsError: it does; the change would be without effect.
    """
    names = {f"XUESHI_{name}".upper() for name in OURS if name != DATABASE}
    found = sorted(name for name in os.environ if name.upper() in names)
    if found:
        raise SettingsError(
            f"{', '.join(found)} 在环境变量里：请移到 {FILE}，由本命令改写。"
            f"Set in the environment: put it into {FILE}, which this command changes."
        )


def hold_that_it_is_this_database(home: Path) -> None:
    """Hold that the environment does not name another database than the file.

    Raises:
        SettingsError: it still names the old one; says what to do.
    """
    settings = read_settings(home)
    named = tomllib.loads((home / FILE).read_text("utf-8")).get(DATABASE, settings.database)
    if settings.model_copy(update={DATABASE: named}).database_url != settings.database_url:
        raise SettingsError(
            f"还差一步：把 XUESHI_DATABASE 改成 {FILE} 里的 {DATABASE}（或去掉），再运行一次，即公布新账本。"
            f"One step is left: set XUESHI_DATABASE to what {FILE} says, or unset it, and run this again: it publishes the new log."
        )


def rewritten(text: str, values: dict[str, str | int]) -> str:
    """Return the file with these values at its top level, comments and everything else as they were.

    Raises:
        SettingsError: the file is written in a way that this cannot change.
    """
    before = tomllib.loads(text)
    for name, value in values.items():
        line = f"{name} = {json.dumps(value, ensure_ascii=False)}"  # a JSON string or number is a TOML one
        found = re.search(rf"^{name}[ \t]*=.*$", text, re.MULTILINE)
        text = f"{line}\n{text}" if found is None else text[: found.start()] + line + text[found.end() :]
    try:
        same = tomllib.loads(text) == before | values
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        wanted = "；".join(
            f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()
        )
        raise SettingsError(
            f"{FILE} 无法自动改写，请手工写入 cannot be changed by program; write into it: {wanted}"
        )
    return text


def rewrite(home: Path, values: dict[str, str | int]) -> None:
    """Change the file in one step. SettingsError as `rewritten`."""
    replace_file(home / FILE, rewritten((home / FILE).read_text("utf-8"), values).encode())
