import { expect, it } from "vitest";

import { prisma } from "@/lib/db/client";

import { KEY_WORKS_SQL, keyRefusal } from "./status";

const NOW = new Date("2027-03-01T12:00:00.000Z");
const TIMES = [null, ...[-1, 0, 1].map((offset) => new Date(NOW.getTime() + offset))];

it("the SQL and keyRefusal agree on which keys work, one millisecond either side of each timestamp", async () => {
  const keys = TIMES.flatMap((expiresAt) =>
    TIMES.flatMap((graceEndsAt) =>
      [null, NOW].flatMap((rotatedAt) =>
        [null, NOW].map((revokedAt) => ({ expiresAt, graceEndsAt, rotatedAt, revokedAt })),
      ),
    ),
  );
  const columns = (["revokedAt", "rotatedAt", "graceEndsAt", "expiresAt"] as const).map((name) =>
    keys.map((key) => key[name]),
  );
  const rows = await prisma().$queryRawUnsafe<{ works: boolean }[]>(
    `select ${KEY_WORKS_SQL} as works
       from unnest($1::timestamptz[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[])
         with ordinality as k (revoked_at, rotated_at, grace_ends_at, expires_at, n)
      cross join (select $5::timestamptz as now) clock order by n`,
    ...columns,
    NOW,
  );
  expect(rows.map(({ works }) => works)).toEqual(keys.map((key) => keyRefusal(key, NOW) === null));
  expect(new Set(rows.map(({ works }) => works)).size).toBe(2);
});
