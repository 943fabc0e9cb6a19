// An OpenID provider for the tests (npm's oidc-provider), on a free port; it writes its address on the first line.
// Who signs in next is told by POST /become {sub, acr, number, kind, refuse}; there is no form to fill in.
import { createServer } from "node:http";
import { once } from "node:events";
import Provider from "oidc-provider";

const redirect = process.argv[2];
let next = { sub: "nobody", acr: "0" };
const people = new Map();
const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "xueshi",
      client_secret: "a secret for tests only",
      redirect_uris: [redirect],
      post_logout_redirect_uris: [redirect.replace("/sign-in/oidc/callback", "/sign-in")],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  acrValues: ["0", "mfa"],
  claims: { openid: ["sub", "acr"], identity: ["document_number", "document_kind"] },
  scopes: ["openid", "identity"],
  conformIdTokenClaims: false,
  cookies: { keys: ["for tests only"] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => ({
    accountId: sub,
    claims: () => ({ sub, ...people.get(sub) }),
  }),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid identity");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

server.on("request", async (request, response) => {
  if (request.url === "/become") {
    const parts = [];
    for await (const part of request) parts.push(part);
    next = JSON.parse(Buffer.concat(parts).toString());
    people.set(next.sub, { document_number: next.number, document_kind: next.kind });
    response.writeHead(204).end();
  } else if (request.url.startsWith("/interaction/")) {
    const { params } = await provider.interactionDetails(request, response);
    const acr = (params.acr_values ?? "").split(" ").includes(next.acr) ? next.acr : "0";
    const result = next.refuse
      ? { error: "access_denied", error_description: "refused" }
      : { login: { accountId: next.sub, acr } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } else {
    await answer(request, response);
  }
});
console.log(issuer);
