"""What the page needs to verify in the browser, from our own origin: trust data, rules, and the issuers' public files.

The page asks no other site. Every file handed on is signed, and the browser verifies it; this service only carries it.
"""

import re

import anyio
from fastapi import APIRouter, Response

from verifier.errors import AbsentError, SourceError
from verifier.rulings import FOLDER, INDEX, NAME
from verifier.strict_json import dump
from verifier.web import problems
from verifier.web.assets import BUILT, Assets
from verifier.web.checking import Checker
from verifier.web.offline import documents
from verifier.web.problems import ProblemError

_PUBLIC = re.compile(
    r"(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*"
    r"(?:status/(?:[rs]|details)[1-9][0-9]{0,5}|checkpoint|tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?"
    r"|issuances/[0-9]{4}/(?:head|[0-9]{1,16})"
    rf"|{INDEX.replace('.', '[.]')}|{FOLDER}{NAME})"
)


def routes(assets: Assets, checker: Checker) -> APIRouter:
    """Return the routes of what the scripts read."""
    router = APIRouter(include_in_schema=False)
    _add_trust(router, checker)

    @router.get("/rules.json")
    async def rules() -> Response:
        return Response(dump(documents(checker.opened().ground.rules)), media_type="application/json")

    @router.get("/worker.js")
    async def worker() -> Response:
        return _worker(assets)

    @router.get("/files.json")
    async def files() -> Response:
        return Response(dump(list(assets.urls)), media_type="application/json")

    @router.get("/manifest.webmanifest")
    async def manifest() -> Response:
        return Response(dump(_manifest(assets)), media_type="application/manifest+json")

    return router


def _add_trust(router: APIRouter, checker: Checker) -> None:
    @router.get("/trust-list.jwt")
    async def trust_list() -> Response:
        return Response(checker.opened().signed.token, media_type="application/jwt")

    @router.get("/trust-roots.txt")
    async def trust_roots() -> Response:
        # empty when the root never changed, so that a browser can keep it for rooms without network
        return Response(checker.opened().signed.chain, media_type="text/plain")

    @router.get("/trust-root.jwk")
    async def trust_root() -> Response:
        return Response(checker.settings.root.read_bytes(), media_type="application/json")

    @router.get("/public/{place}/{path:path}")
    async def public(place: int, path: str) -> Response:
        ground = checker.opened().ground
        issuers, source = ground.trust.issuers, ground.source
        if source is None or not 0 <= place < len(issuers) or not _PUBLIC.fullmatch(path):
            raise _absent()
        try:
            data = await anyio.to_thread.run_sync(source.read, issuers[place].base, path)
        except AbsentError:
            raise _absent() from None
        except SourceError:
            raise ProblemError(
                problems.BUSY,
                "现在取不到签发机关的公开文件。",
                "The issuer's public files cannot be had now.",
            ) from None
        return Response(data, media_type="application/octet-stream")


def _worker(assets: Assets) -> Response:
    """Answer with the service worker; a new release is another worker, so that browsers keep its files anew."""
    path = BUILT / "worker.js"
    if not path.is_file():
        raise _absent()
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    }
    script = f"// release {assets.digest}\n".encode() + path.read_bytes()
    return Response(script, media_type="text/javascript", headers=headers)


def _manifest(assets: Assets) -> dict[str, object]:
    return {
        "name": "学时核验 Xueshi verifier",
        "short_name": "学时核验",
        "lang": "zh-CN",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fffdf7",
        "theme_color": "#8f1b1e",
        "icons": [{"src": assets.url("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }


def _absent() -> ProblemError:
    return ProblemError(problems.NOT_FOUND, "没有这个文件。", "There is no such file.")
