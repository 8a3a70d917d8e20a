import { randomUUID } from "node:crypto";

import { SignJWT, UnsecuredJWT } from "jose";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { databaseNow, prisma } from "@/lib/db/client";
import { changeRole, removeMember, restoreMember } from "@/lib/members/service";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { newOrigin } from "@/tests/support/people";
import { type Answer, makeKey } from "@/tests/support/public-api";
import { dispatch, PATHS } from "@/tests/support/router";

const [ENABLED, DISABLED, UNLISTED] = [randomUUID(), randomUUID(), randomUUID()];
// lib/config/env reads it on first use, in the first test.
process.env.TENANTS = `${ENABLED},${DISABLED}`;

let issuer: TokenIssuer;
let organisation: ApiOrganisation;
let person: { tid: string; oid: string };

async function newPerson({ tenantId, entra }: ApiOrganisation): Promise<typeof person> {
  const oid = randomUUID();
  await prisma().member.create({ data: { id: uuidv7(), tenantId, oid, name: "Ada", role: "Admin" } });
  return { tid: entra, oid };
}

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  organisation = await newApiOrganisation(issuer, ENABLED, "Enabled");
  person = await newPerson(organisation);
});
afterAll(() => issuer.stop());

/** Every endpoint that requires a credential, with unknown ids in the paths. */
const ENDPOINTS = PATHS.filter((path) => !/health|openapi|postman/.test(path)).flatMap((path) => {
  const address = path.replace(/\{\w+\}/, uuidv7());
  const methods = {
    "/public-api/agents": ["GET", "POST"],
    "/public-api/agents/{agent_id}": ["GET", "PUT", "DELETE"],
    "/public-api/api-keys": ["GET", "POST"],
    "/public-api/api-keys/{key_id}": ["PUT", "DELETE"],
    "/public-api/api-keys/{key_id}/rotate": ["POST"],
  }[path as string] ?? ["GET"];
  return methods.map((method) => [method, address] as const);
});

/** A body that is valid for agents, their changes and keys. */
const BODY = JSON.stringify({ name: "Made", trigger_type: "NONE", actions: [] });

async function send(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const body = method === "POST" || method === "PUT" ? { body: BODY } : {};
  const all = { "Content-Type": "application/json", ...headers };
  return dispatch(new Request(`http://localhost${path}`, { method, headers: all, ...body }));
}

/** Sends a token to every endpoint, and expects the same refusal and no changes. */
async function refusedEverywhere(token: string): Promise<Answer> {
  const count = async () => [await prisma().agent.count(), await prisma().apiKey.count()];
  const before = await count();
  const answers = [];
  for (const [method, path] of ENDPOINTS) answers.push(await send(method, path, { Authorization: `Bearer ${token}` }));
  const [first] = answers as [Answer];
  for (const answer of answers) expect([answer.status, answer.body.error]).toEqual([first.status, first.body.error]);
  expect(await count()).toEqual(before);
  return first;
}

describe("an access token", () => {
  it("of a member is accepted everywhere, so the refusals below have the expected cause", async () => {
    const token = await issuer.tokenOf(person);
    for (const [method, path] of ENDPOINTS) {
      const { status } = await send(method, path, { Authorization: `Bearer ${token}` });
      expect([200, 201, 404], `${method} ${path}`).toContain(status);
    }
  });

  const issuerOf = (tid: string) => `https://login.microsoftonline.com/${tid}/v2.0`;
  const past = Math.floor(Date.now() / 1000) - 1;
  it.each<[string, object, string, RegExp]>([
    ["that is an ID token", { scp: undefined, nonce: "n", name: "Ada" }, "malformed", /an ID token is none/],
    ["for another application", { aud: randomUUID() }, "malformed", /another application/],
    ["for Microsoft Graph", { aud: "00000003-0000-0000-c000-000000000000" }, "malformed", /another application/],
    ["of another tenant's issuer", { iss: issuerOf(randomUUID()) }, "malformed", /issuer is not its tenant's/],
    ["of an issuer elsewhere", { iss: `https://login.example.com/${ENABLED}/v2.0` }, "malformed", /issuer/],
    ["of another scope", { scp: "User.Read" }, "malformed", /lacks the scope access/],
    ["of an application, not a person", { scp: undefined, roles: ["access"] }, "malformed", /no access token/],
    ["of version 1.0", { ver: "1.0" }, "malformed", /ver/],
    ["that has expired", { exp: past }, "expired", /expired/],
    ["that never expires", { exp: undefined }, "malformed", /exp/],
    ["that expires after the year 9999", { exp: 253_402_300_800 }, "malformed", /exp/],
    ["that is for later", { nbf: past + 600 }, "malformed", /not valid yet/],
    ["of a person without an id", { oid: undefined }, "malformed", /oid/],
  ])("%s is 401", async (_, claims, reason, message) => {
    const { status, body, headers } = await refusedEverywhere(await issuer.tokenOf(person, claims));
    expect(status).toBe(401);
    expect(body.error.details.reason).toBe(reason);
    expect(body.error.message).toMatch(message);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="neo", error="invalid_token"');
  });

  it("that has just expired doesn't count towards its organisation's limit", async () => {
    const used = async () =>
      (await prisma().rateLimit.findUnique({ where: { tenantId: organisation.tenantId } }))?.used ?? 0;
    const Authorization = `Bearer ${await issuer.tokenOf(person)}`;
    expect((await send("GET", "/public-api/me", { Authorization })).status).toBe(200);
    const before = await used();
    expect((await refusedEverywhere(await issuer.tokenOf(person, { exp: past }))).status).toBe(401);
    expect(await used()).toBe(before);
  });

  it.each<[string, () => string | Promise<string>]>([
    ["that nobody signed", () => new UnsecuredJWT(issuer.claimsOf(person)).encode()],
    [
      "that says none in other letters",
      () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        return `${part({ alg: "nOnE", typ: "JWT" })}.${part(issuer.claimsOf(person))}.`;
      },
    ],
    [
      "that is signed with a shared secret",
      () =>
        new SignJWT(issuer.claimsOf(person))
          .setProtectedHeader({ alg: "HS256", kid: "test-key" })
          .sign(new TextEncoder().encode(process.env.AZURE_AD_CLIENT_SECRET)),
    ],
    ["of another signer", () => issuer.forgedTokenOf(person)],
    [
      "whose claims were altered",
      async () => {
        const [header, , signature] = (await issuer.tokenOf(person)).split(".");
        const claims = Buffer.from(JSON.stringify({ ...issuer.claimsOf(person), admin: true })).toString("base64url");
        return [header, claims, signature].join(".");
      },
    ],
  ])("%s is 401", async (_, token) => {
    const { status, body } = await refusedEverywhere(await token());
    expect([status, body.error.details.reason]).toEqual([401, "malformed"]);
  });

  it("of a disabled organisation is 403, like its keys", async () => {
    const disabled = await newApiOrganisation(issuer, DISABLED, "Disabled");
    expect((await send("GET", "/public-api/me", { Authorization: `Bearer ${disabled.as.Admin}` })).status).toBe(200);
    await prisma().tenant.update({ where: { id: disabled.tenantId }, data: { enabled: false } });
    for (const token of [disabled.as.Admin, disabled.as.key]) {
      const { status, body } = await refusedEverywhere(token);
      expect([status, body.error.code]).toEqual([403, "FORBIDDEN"]);
      expect(body.error.message).toMatch(/not enabled/);
    }
  });

  it("of a tenant that isn't allowed, or of a personal account, is 403, even for an existing member", async () => {
    const unlisted = await newApiOrganisation(issuer, UNLISTED, "Unlisted");
    const personal = await issuer.tokenOf({ tid: PERSONAL_TENANT, oid: randomUUID() });
    for (const token of [unlisted.as.Admin, personal]) expect((await refusedEverywhere(token)).status).toBe(403);
  });

  it("of someone who isn't a member, or was removed, is 401", async () => {
    const stranger = await refusedEverywhere(await issuer.tokenOf({ tid: ENABLED, oid: randomUUID() }));
    expect([stranger.status, stranger.body.error.details.reason]).toEqual([401, "unknown"]);
    const leaver = await newPerson(organisation);
    const token = await issuer.tokenOf(leaver);
    expect((await send("GET", "/public-api/me", { Authorization: `Bearer ${token}` })).status).toBe(200);
    await prisma().member.deleteMany({ where: { oid: leaver.oid } });
    const { status, body } = await refusedEverywhere(token);
    expect([status, body.error]).toEqual([401, stranger.body.error]);
  });

  it("of someone who is demoted, removed and restored has the new rights from the next request on", async () => {
    const someone = await newPerson(organisation);
    const { id } = await prisma().member.findFirstOrThrow({ where: { oid: someone.oid } });
    const Authorization = `Bearer ${await issuer.tokenOf(someone)}`;
    const statuses = async () => {
      const calls = [
        ["GET", "/public-api/api-keys"],
        ["POST", "/public-api/agents"],
        ["GET", "/public-api/agents"],
      ] as const;
      const answers = [];
      for (const [method, path] of calls) answers.push((await send(method, path, { Authorization })).status);
      return answers;
    };
    const { tenantId, memberId, name } = organisation;
    const who = { kind: "member", tenantId, memberId, name } as const;
    const admin: MemberActor = { ...who, role: "Admin", email: null, tenantName: name, sessionId: null };
    const now = await databaseNow();
    expect(await statuses()).toEqual([200, 201, 200]);
    await changeRole(admin, id, "User", { now, ...newOrigin() });
    expect(await statuses()).toEqual([403, 201, 200]);
    await changeRole(admin, id, "Viewer", { now, ...newOrigin() });
    expect(await statuses()).toEqual([403, 403, 200]);
    await removeMember(admin, id, { now, ...newOrigin() });
    expect(await statuses()).toEqual([401, 401, 401]);
    await restoreMember(admin, id, { now, ...newOrigin() });
    expect(await statuses()).toEqual([403, 403, 200]);
  });

  it("of another tenant with a member's object id is refused", async () => {
    const other = await issuer.tokenOf({ tid: DISABLED, oid: person.oid });
    expect((await refusedEverywhere(other)).status).toBe(401);
  });

  it("creates and rotates keys only while its person's sign-in is fresh; whatever else it may do, it does", async () => {
    const { key } = organisation.as;
    const { id } = await makeKey(organisation);
    const now = Math.floor((await databaseNow()).getTime() / 1000);
    const refused = { status: 401, body: { error: { details: { reason: "fresh_sign_in_required", max_age: 900 } } } };
    for (const auth_time of [now - 905, now - 86_400, now + 3_600, undefined, null, String(now), -1, 1e300]) {
      const headers = { Authorization: `Bearer ${await issuer.tokenOf(person, { auth_time })}` };
      for (const path of ["/public-api/api-keys", `/public-api/api-keys/${id}/rotate`]) {
        const answer = await send("POST", path, headers);
        expect(answer, String(auth_time)).toMatchObject(refused);
        expect(answer.headers.get("www-authenticate")).toMatch(
          /^Bearer realm="neo", error="insufficient_user_authentication", error_description="[^"]+", max_age="900"$/,
        );
      }
      expect((await send("GET", "/public-api/api-keys", headers)).status).toBe(200);
      expect((await send("POST", "/public-api/agents", headers)).status).toBe(201);
    }
    expect((await send("GET", "/public-api/me", { Authorization: `Bearer ${key}` })).status).toBe(200);
    for (const auth_time of [now - 890, now, now + 30]) {
      const headers = { Authorization: `Bearer ${await issuer.tokenOf(person, { auth_time })}` };
      expect((await send("POST", "/public-api/api-keys", headers)).status, String(auth_time - now)).toBe(201);
    }
  });

  it("without the sign-in's moment names what the operator does, and an old one keeps revoking", async () => {
    const headers = { Authorization: `Bearer ${await issuer.tokenOf(person, { auth_time: undefined })}` };
    const { body } = await send("POST", "/public-api/api-keys", headers);
    expect(body.error.message).toContain("adds the optional claim auth_time to access tokens");
    const { id } = await makeKey(organisation);
    expect((await send("DELETE", `/public-api/api-keys/${id}`, headers)).status).toBe(200);
  });

  it("is accepted only in the Authorization header", async () => {
    const token = await issuer.tokenOf(person);
    for (const [method, path] of ENDPOINTS) {
      const headers = { Cookie: `next-auth.session-token=${token}; access_token=${token}`, "X-Access-Token": token };
      const { status, body } = await send(method, `${path}?access_token=${token}`, headers);
      expect([status, body.error.details.reason], `${method} ${path}`).toEqual([401, "missing"]);
    }
  });
});
