import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { usage } from "@/lib/usage/recorder";
import { keyUsageData } from "@/lib/public-api/serializers/key-usage";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { makeKey } from "@/tests/support/public-api";
import { dispatch } from "@/tests/support/router";

const ENTRA = [randomUUID(), randomUUID()] as const;
process.env.TENANTS = ENTRA.join(",");

let issuer: TokenIssuer;
let ours: ApiOrganisation;
let theirs: ApiOrganisation;

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  ours = await newApiOrganisation(issuer, ENTRA[0], "Ours");
  theirs = await newApiOrganisation(issuer, ENTRA[1], "Theirs");
});
afterAll(() => issuer.stop());

const ask = (path: string, token: string, more: Record<string, string> = {}) =>
  dispatch(
    new Request(`http://localhost/public-api${path}`, { headers: { Authorization: `Bearer ${token}`, ...more } }),
  );

describe("GET /public-api/api-keys/{key_id}/usage", () => {
  it("has what the key was used for", async () => {
    const { id, key } = await makeKey(ours);
    const from = { "x-neo-client-address": "2001:db8::7", "user-agent": "python-requests/2.31.0" };
    await ask("/me", key, from);
    const refused = await ask("/agents?page_size=0", key, from);
    await usage.flush();
    const answer = await ask(`/api-keys/${id}/usage`, ours.as.Admin);
    const data = keyUsageData.parse(answer.body.data);
    expect(data).toEqual(answer.body.data);
    expect([answer.status, data.range, data.interval, data.points.length]).toEqual([200, "24h", "hour", 24]);
    expect(data.totals).toEqual({ served: 1, client_errors: 1, rate_limited: 0, refused: 0, failed: 0 });
    expect(data.addresses).toMatchObject([{ value: "2001:db8::7", calls: 2 }]);
    expect(data.clients).toMatchObject([{ value: "python-requests", calls: 2 }]);
    expect(data.endpoints.map(({ value }) => value)).toEqual(["GET /public-api/agents", "GET /public-api/me"]);
    expect(data.recent_refusals).toMatchObject([
      { request_id: refused.headers.get("x-request-id"), reason: "invalid_parameter", status: 400 },
    ]);
    expect(data.last_use).toMatchObject({ client: "python-requests", endpoint: "GET /public-api/agents" });
  });

  it("has nothing for a key that was never used", async () => {
    const { id } = await makeKey(ours);
    const data = keyUsageData.parse((await ask(`/api-keys/${id}/usage?range=13mo`, ours.as.Admin)).body.data);
    expect([data.interval, data.points.length, data.last_use, data.addresses]).toEqual(["day", 396, null, []]);
  });

  it("refuses another range, and doesn't find another organisation's key", async () => {
    const { id } = await makeKey(ours);
    for (const query of ["range=400d", "range=", "range=24h&range=7d", "from=2026-01-01"]) {
      const { status, body } = await ask(`/api-keys/${id}/usage?${query}`, ours.as.Admin);
      expect([status, body.error.details.reason]).toEqual([400, "invalid_parameter"]);
    }
    expect((await ask(`/api-keys/${id}/usage`, theirs.as.Admin)).status).toBe(404);
  });
});
