"""Every page and call of the portal, and who may ask for it. A route that is not in this table is refused to everyone.

The table says in which capacity; for which unit or authority, each use case says by itself (`Actor.require`).
"""

from collections.abc import Mapping

from issuer.access.roles import Role

ANYONE: frozenset[Role] = frozenset(Role)
"""Also who is not signed in. Compared by identity."""
SIGNED_IN: frozenset[Role] = frozenset()
"""Whoever is signed in, whatever their roles."""
_P, _R, _V = (frozenset({role}) for role in (Role.PROFESSIONAL, Role.REVIEWER, Role.VERIFIER))
_D, _A, _I = (frozenset({role}) for role in (Role.DEPARTMENT, Role.ADMINISTRATOR, Role.INSPECTOR))
_ENTERS = _V | _D | _A

TABLE: Mapping[str, frozenset[Role]] = {
    "GET /": ANYONE,
    "GET /language/{code}": ANYONE,
    "GET /measure": ANYONE,
    "GET /static/{digest}/{name}": ANYONE,
    "GET /sign-in": ANYONE,
    "POST /sign-in": ANYONE,
    "GET /sign-in/oidc": ANYONE,
    "GET /sign-in/oidc/callback": ANYONE,
    "POST /sign-out": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "GET /year": _P,
    "GET /year/{year}": _P,
    "GET /year/{year}/document": _P,
    "GET /affiliation": _P,
    "GET /affiliation/change": _P,
    "POST /affiliation/change": _P,
    "GET /changes": _P | _R | _V,
    "GET /changes/ask": _R,
    "POST /changes/ask": _R,
    "GET /changes/{change_id}": _P | _R | _V,
    "POST /changes/{change_id}": _P | _R | _V,
    "GET /declare": _P,
    "POST /declare": _P,
    "GET /declarations/{declaration_id}": _P,
    "POST /declarations/{declaration_id}": _P,
    "POST /declarations/{declaration_id}/withdraw": _P,
    "POST /declarations/{declaration_id}/proofs": _P,
    "GET /declarations/{declaration_id}/evidence/{digest}": _P | _R | _V,
    "GET /declarations/{declaration_id}/evidence/{digest}/preview": _P | _R | _V,
    "GET /inbox": _R,
    "GET /inbox/{group}": _R,
    "POST /inbox/{group}": _R,
    "GET /archives": _R,
    "POST /archives": _R,
    "GET /entries": _ENTERS,
    "GET /entries/{kind}": _ENTERS,
    "POST /entries/{kind}": _ENTERS,
    "POST /entries/{kind}/{entry_id}": _ENTERS,
    "GET /offices": _A,
    "GET /registered": _V,
    "GET /registered/{declaration_id}": _V,
    "POST /registered/{declaration_id}": _V,
    "GET /queue": _V,
    "GET /queue/{group}": _V,
    "POST /queue/{group}": _V,
    "POST /api/sessions": ANYONE,
    "DELETE /api/sessions/current": SIGNED_IN,
    "GET /api/account": SIGNED_IN,
    "PUT /api/account/password": SIGNED_IN,
    "GET /api/account/tokens": SIGNED_IN,
    "POST /api/account/tokens": SIGNED_IN,
    "DELETE /api/account/tokens/{token_id}": SIGNED_IN,
    "GET /api/years/{year}": _P,
    "GET /api/years/{year}/document": _P,
    "GET /api/affiliations": _P,
    "GET /api/changes": _P | _R | _V,
    "POST /api/changes": _P | _R,
    "GET /api/changes/{change_id}": _P | _R | _V,
    "POST /api/changes/{change_id}/steps": _P | _R | _V,
    "GET /api/declarations": _P,
    "POST /api/declarations": _P,
    "GET /api/declarations/{declaration_id}": _P,
    "PUT /api/declarations/{declaration_id}": _P,
    "GET /api/declarations/{declaration_id}/preview": _P,
    "POST /api/declarations/{declaration_id}/steps": _P | _R | _V,
    "POST /api/steps": _R | _V,
    "GET /api/inbox": _R,
    "GET /api/inbox/{group}": _R,
    "GET /api/queue": _V,
    "GET /api/queue/{group}": _V,
    "GET /api/entries": _V | _D | _A | _I,
    "POST /api/entries": _V | _D | _A,
    "GET /api/entries/{entry_id}": _V | _D | _A | _I,
    "POST /api/entries/{entry_id}/confirmation": _V | _D | _A,
    "POST /api/entries/{entry_id}/end": _V | _D | _A,
    "POST /api/people/lookups": _V | _A,
    "POST /api/people/{person_id}/number": _V | _A,
}
