import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

/** What stands in for Microsoft where a test needs access tokens: its signing keys, served over HTTP, and whatever they sign. */
export interface TokenIssuer {
  /** An access token of a person for this application; `claims` replaces some of its claims, undefined leaves one out. */
  tokenOf(person: { tid: string; oid: string }, claims?: JWTPayload): Promise<string>;
  stop(): Promise<void>;
}

const KID = "test-key";

/**
 * Serves a key set of its own in place of login.microsoftonline.com's, for this process.
 * @param clientId the `aud` of its tokens
 */
export async function startTokenIssuer(clientId: string): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: "RS256", use: "sig" }] });
  const server = createServer((request, response) => {
    const found = /^\/[^/]+\/discovery\/v2\.0\/keys$/.test(request.url ?? "");
    response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" }).end(found ? keys : "{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.NEO_STAND_IN_URL = `http://localhost:${(server.address() as AddressInfo).port}`;
  await import("../microsoft/preload.mjs");
  return {
    tokenOf: ({ tid, oid }, claims = {}) =>
      new SignJWT({
        iss: `https://login.microsoftonline.com/${tid}/v2.0`,
        aud: clientId,
        exp: Math.floor(Date.now() / 1000) + 600,
        ver: "2.0",
        scp: "access",
        tid,
        oid,
        ...claims,
      })
        .setProtectedHeader({ alg: "RS256", kid: KID, typ: "JWT" })
        .sign(privateKey),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
