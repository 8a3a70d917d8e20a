import { Client } from "pg";
import { afterAll, expect, it } from "vitest";

import { databaseNow, isDatabaseUnavailable, prisma } from "@/lib/db/client";
import { createKey, rotateKey } from "@/lib/api-keys/service";
import { newOrganisation, newOrigin } from "@/tests/support/people";

const other = new Client({ connectionString: process.env.DATABASE_URL });

afterAll(() => other.end());

it("an abandoned transaction is rolled back before its connection is reused", async () => {
  const admin = await newOrganisation();
  const key = await createKey(
    admin,
    { name: "Given up", expiry: { kind: "never" } },
    { now: await databaseNow(), ...newOrigin() },
  );
  const now = await databaseNow();
  await other.connect();
  await other.query("begin");
  // The rotation has updated the old key and created the new one before it waits for this lock.
  await other.query("select from audit_chains where tenant_id = $1 for update", [admin.tenantId]);
  const began = performance.now();
  const rotation = rotateKey(admin, key.id, { kind: "same" }, { now, ...newOrigin() });
  await expect(rotation).rejects.toSatisfy(isDatabaseUnavailable);
  const took = performance.now() - began;
  await other.query("rollback");

  const names = Array.from({ length: 20 }, (_, n) => `After ${String(n)}`);
  for (const name of names)
    await createKey(admin, { name, expiry: { kind: "never" } }, { now: await databaseNow(), ...newOrigin() });
  const rows = await prisma().apiKey.findMany({ where: { tenantId: admin.tenantId } });
  expect(rows.map(({ name }) => name).toSorted()).toEqual(["Given up", ...names].toSorted());
  expect(rows.filter((row) => row.rotatedAt ?? row.replacesId)).toEqual([]);
  // One timeout, without a second one for the rollback.
  expect(took).toBeLessThan(8_000);
});
