"""An address that asks for something its call does not know is refused, as an unknown field in a body is."""

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from verifier.web.problems import WRONG_FIELDS, ProblemError


def known_names(dependant: Dependant) -> frozenset[str]:
    """Return the names that a call, with all that it depends on, reads from the part of the address behind `?`."""
    names = {name for below in dependant.dependencies for name in known_names(below)}
    for one in dependant.query_params:
        asked = one.field_info.annotation
        if isinstance(asked, type) and issubclass(asked, BaseModel):  # a model of several
            names |= {field.alias or name for name, field in asked.model_fields.items()}
        else:
            names.add(one.alias)
    return frozenset(names)


def refuse_others(request: Request, known: frozenset[str]) -> None:
    """See that the address asks for nothing else.

    Raises:
        ProblemError: it does; the answer names what is known, never what was sent.
    """
    if request.query_params.keys() <= known:
        return
    names = "、".join(sorted(known)) or "无", ", ".join(sorted(known)) or "none"
    zh, en = (
        f"地址中有这里没有的参数（可用的：{names[0]}）。",
        f"The address has a parameter that is not known here (known: {names[1]}).",
    )
    raise ProblemError(WRONG_FIELDS, zh, en, {"pointer": "/query"})
