import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { CompactSign, exportJWK, generateKeyPair } from "jose";
import { v7 as uuidv7 } from "uuid";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { makeKey } from "@/tests/support/public-api";

/** A stand-in for Microsoft's token issuer: signing keys, served over HTTP, and the tokens they sign. */
export interface TokenIssuer {
  /** A person's access token for this application; `claims` overrides some of its claims, undefined omits one. */
  tokenOf(person: { tid: string; oid: string }, claims?: object): Promise<string>;
  /** The same, signed by an unknown key that claims to be Microsoft's. */
  forgedTokenOf(person: { tid: string; oid: string }): Promise<string>;
  /** The claims of such a token, for a test to sign. */
  claimsOf(person: { tid: string; oid: string }): Record<string, unknown>;
  /** While set, the signing keys cannot be fetched. */
  failing: boolean;
  stop(): Promise<void>;
}

const KID = "test-key";

/**
 * Serves its own key set in place of login.microsoftonline.com's, in this process.
 * @param clientId the `aud` of its tokens
 */
export async function startTokenIssuer(clientId: string): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: "RS256", use: "sig" }] });
  const server = createServer((request, response) => {
    const found = !tokens.failing && /^\/[^/]+\/discovery\/v2\.0\/keys$/.test(request.url ?? "");
    response.writeHead(found ? 200 : 404, { "Content-Type": "application/json" }).end(found ? keys : "{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.NEO_STAND_IN_URL = `http://localhost:${(server.address() as AddressInfo).port}`;
  await import("../../dev/microsoft/preload.mjs");
  const forger = await generateKeyPair("RS256");
  const claimsOf = ({ tid, oid }: { tid: string; oid: string }) => ({
    iss: `https://login.microsoftonline.com/${tid}/v2.0`,
    aud: clientId,
    exp: Math.floor(Date.now() / 1000) + 600,
    auth_time: Math.floor(Date.now() / 1000),
    ver: "2.0",
    scp: "access",
    tid,
    oid,
  });
  // SignJWT would reject some claims that tests expect to be refused.
  const sign = (claims: object, key: CryptoKey) =>
    new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "RS256", kid: KID, typ: "JWT" })
      .sign(key);
  const tokens: TokenIssuer = {
    failing: false,
    claimsOf,
    tokenOf: (person, claims = {}) => sign({ ...claimsOf(person), ...claims }, privateKey),
    forgedTokenOf: (person) => sign(claimsOf(person), forger.privateKey),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return tokens;
}

const ROLES = ["Admin", "User", "Viewer"] as const satisfies readonly Role[];

/** The owner of a credential. */
export type Who = Role | "key";

/** An organisation with a person in each role and a key, and a bearer token for each. */
export interface ApiOrganisation extends Pick<MemberActor, "tenantId" | "memberId"> {
  readonly name: string;
  readonly entra: string;
  readonly as: Readonly<Record<Who, string>>;
}

/**
 * Creates an organisation for API requests.
 * @param entra its Entra tenant, one that TENANTS lists
 */
export async function newApiOrganisation(issuer: TokenIssuer, entra: string, name: string): Promise<ApiOrganisation> {
  const tenantId = uuidv7();
  await prisma().tenant.create({ data: { id: tenantId, entraTenantId: entra, name } });
  const people = ROLES.map((role) => ({ id: uuidv7(), tenantId, oid: randomUUID(), name: `${name} ${role}`, role }));
  await prisma().member.createMany({ data: people });
  const tokens = await Promise.all(people.map(({ oid }) => issuer.tokenOf({ tid: entra, oid })));
  const memberId = people[0]?.id ?? "";
  const { key } = await makeKey({ tenantId, memberId });
  const [Admin = "", User = "", Viewer = ""] = tokens;
  return { tenantId, memberId, name, entra, as: { Admin, User, Viewer, key } };
}
