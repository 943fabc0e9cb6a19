"""Signing in for one act at the terminal."""

import os

import typer

from issuer.access.roles import Actor
from issuer.access.service import sign_in, sign_out
from issuer.instance import Instance


def ask_who(instance: Instance, login: str) -> Actor:
    """Sign in for one act: password and one-time code are asked for, never words of the command.

    Raises:
        AccessError: as `access.service.sign_in`.
    """
    password = os.environ.get("XUESHI_PASSWORD") or typer.prompt("口令 password", hide_input=True)
    code = os.environ.get("XUESHI_CODE") or typer.prompt("动态码 one-time code", hide_input=True)
    session = sign_in(instance, login, password, code)
    if session.token is not None:
        sign_out(instance, session.token)
    return session.actor
