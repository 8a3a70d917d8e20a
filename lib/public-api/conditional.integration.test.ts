import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { prisma } from "@/lib/db/client";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { makeKey, withoutId } from "@/tests/support/public-api";
import { dispatch } from "@/tests/support/router";

const [TENANT, OTHER] = [randomUUID(), randomUUID()];
// lib/config/env reads it on first use, in the first test.
process.env.TENANTS = `${TENANT},${OTHER}`;

let issuer: TokenIssuer;
let org: ApiOrganisation;
let other: ApiOrganisation;

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  org = await newApiOrganisation(issuer, TENANT, "Conditional");
  other = await newApiOrganisation(issuer, OTHER, "Other");
});
afterAll(() => issuer.stop());

function send(method: string, path: string, headers: Record<string, string> = {}, body?: object, as = org.as.key) {
  const all = { Authorization: `Bearer ${as}`, "Content-Type": "application/json", ...headers };
  const sent = body ? { body: JSON.stringify(body) } : {};
  return dispatch<{ id: string; name: string; status: string }>(
    new Request(`http://localhost/public-api${path}`, { method, headers: all, ...sent }),
  );
}

async function newAgent(): Promise<{ path: string; etag: string }> {
  const { body } = await send("POST", "/agents", {}, { name: "Made", trigger_type: "NONE", actions: [] });
  const path = `/agents/${body.data.id}`;
  return { path, etag: (await send("GET", path)).headers.get("etag") ?? "" };
}

const rename = (path: string, ifMatch: string, name: string) => send("PUT", path, { "If-Match": ifMatch }, { name });

describe("an agent's ETag", () => {
  it("allows one of many changes based on the same version", async () => {
    const { path, etag } = await newAgent();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => rename(path, etag, `Change ${n}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect((await send("GET", path)).headers.get("etag")).toBe(winner?.headers.get("etag"));
  });

  it("changes with every change, also within one millisecond", async () => {
    const { path, etag } = await newAgent();
    const tags = [etag];
    for (const name of ["a", "b", "c"]) tags.push((await send("PUT", path, {}, { name })).headers.get("etag") ?? "");
    expect(new Set(tags).size).toBe(4);
    expect((await send("PUT", path, {}, { name: "c" })).headers.get("etag")).toBe(tags.at(-1));
  });

  it("is compared strongly by If-Match; * matches any", async () => {
    const { path, etag } = await newAgent();
    expect((await rename(path, `W/${etag}`, "Weak")).status).toBe(412);
    // No audit event: nothing changed.
    for (const bent of [`W/${etag}`, `"x", W/${etag}`, etag.slice(1, -1)])
      expect((await rename(path, bent, "Bent")).body.error.message).toContain(`send ${etag}`);
    expect((await rename(path, '"other"', "Other")).body.error.message).toContain("was changed");
    expect((await rename(path, `"x", ${etag}`, "Listed")).status).toBe(200);
    expect((await rename(path, "*", "Any")).status).toBe(200);
    expect((await rename(path, etag, "Late")).body.error).toMatchObject({ code: "PRECONDITION_FAILED" });
  });

  it("prevents deleting an agent that has changed", async () => {
    const { path, etag } = await newAgent();
    await send("PUT", path, {}, { name: "Changed" });
    expect((await send("DELETE", path, { "If-Match": etag })).status).toBe(412);
    const current = (await send("GET", path)).headers.get("etag") ?? "";
    expect((await send("DELETE", path, { "If-Match": current })).status).toBe(200);
  });

  it("gives 304 without a body to a client with the current version", async () => {
    const { path, etag } = await newAgent();
    const known = await send("GET", path, { "If-None-Match": etag });
    expect([known.status, known.text, known.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await send("GET", path, { "If-None-Match": '"older"' })).status).toBe(200);
  });
});

it.each(["/openapi.json", "/postman.json"])("%s is 304 for a client with the current version", async (path) => {
  const etag = (await send("GET", path)).headers.get("etag") ?? "";
  expect((await send("GET", path, { "If-None-Match": `W/${etag}` })).status).toBe(304);
  expect((await send("GET", path, { "If-None-Match": '"x"' })).status).toBe(200);
});

describe("GET /public-api/api-keys/{key_id}", () => {
  const get = (id: string, as = org.as.Admin) => send("GET", `/api-keys/${id}`, {}, undefined, as);

  it("matches the list, also for a revoked key, and never contains the hash", async () => {
    const { id } = await makeKey(org);
    await prisma().apiKey.update({ where: { id }, data: { revokedAt: new Date(), revokedById: org.memberId } });
    const { status, body, text } = await get(id);
    expect([status, body.data.id, body.data.status]).toEqual([200, id, "revoked"]);
    expect(text).not.toMatch(/hash|neo_sk_/);
    const list = await send("GET", "/api-keys", {}, undefined, org.as.Admin);
    expect(list.body.data).toContainEqual(body.data);
  });

  it("is the same 404 for another organisation's key as for an unknown one, and 403 for a key and a User", async () => {
    const { id } = await makeKey(other);
    const [theirs, none] = [await get(id), await get(randomUUID())];
    expect([theirs.status, withoutId(theirs)]).toEqual([404, withoutId(none)]);
    for (const as of [org.as.key, org.as.User]) expect((await get(id, as)).status).toBe(403);
  });
});
