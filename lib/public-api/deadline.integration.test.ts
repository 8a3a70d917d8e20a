import { randomUUID } from "node:crypto";

import { Client } from "pg";
import { afterAll, expect, it } from "vitest";

import { POST } from "@/app/public-api/agents/route";
import { prisma } from "@/lib/db/client";
import { newOrganisation } from "@/tests/support/people";
import { call, makeKey } from "@/tests/support/public-api";

const other = new Client({ connectionString: process.env.DATABASE_URL });

afterAll(() => other.end());

it("a change that waits for several locks is answered in time, and isn't made afterwards", async () => {
  const organisation = await newOrganisation();
  const { key } = await makeKey(organisation);
  const { tenantId } = organisation;
  const agents = () => prisma().agent.count({ where: { tenantId } });
  const create = (idempotencyKey: string) =>
    call(POST, "/public-api/agents", {
      key,
      method: "POST",
      headers: { "Idempotency-Key": idempotencyKey },
      body: { name: "Late", trigger_type: "NONE", autonomy_type: "AGENTIC" },
    });
  await other.connect();
  await other.query("begin");
  await other.query("select from audit_chains where tenant_id = $1 for update", [tenantId]);
  await other.query("savepoint claims");
  await other.query("lock table idempotency_keys in access exclusive mode");

  const idempotencyKey = randomUUID();
  const began = performance.now();
  const pending = create(idempotencyKey);
  // The idempotency claim and the audit row each wait for less than the statement timeout.
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await other.query("rollback to savepoint claims");
  const answer = await pending;
  const took = performance.now() - began;
  await other.query("rollback");

  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "2"]);
  expect(took).toBeLessThan(8_000);
  // The claim is released after the rollback.
  await expect
    .poll(() => prisma().idempotencyKey.count({ where: { key: idempotencyKey } }), { timeout: 10_000 })
    .toBe(0);
  expect(await agents()).toBe(0);
  expect((await create(idempotencyKey)).status).toBe(201);
  expect(await agents()).toBe(1);
});
