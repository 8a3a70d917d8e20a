import { PrismaPg } from "@prisma/adapter-pg";
import { Client } from "pg";
import { describe, expect, it } from "vitest";

import { isDatabaseUnavailable } from "@/lib/db/client";
import { PrismaClient } from "@/lib/generated/prisma/client";

/** Errors of both clients for an unreachable server. */
async function errorsOf(url: string): Promise<unknown[]> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
  const caught = (error: unknown) => error;
  return [
    await new Client({ connectionString: url }).connect().catch(caught),
    await prisma.$queryRaw`select 1`.catch(caught),
    await prisma.tenant.count().catch(caught),
  ];
}

describe("isDatabaseUnavailable", () => {
  it.each(["postgresql://a@127.0.0.1:1/a", "postgresql://a@localhost:5432/a?host=%2Fno%2Fsuch%2Ffolder"])(
    "is true for an unreachable server: %s",
    async (url) => {
      const errors = await errorsOf(url);
      expect(errors).toHaveLength(3);
      for (const error of errors) expect(isDatabaseUnavailable(error)).toBe(true);
    },
  );

  it.each([
    "Client has encountered a connection error and is not queryable",
    "Client was closed and is not queryable",
    "Connection terminated unexpectedly",
  ])("is true for a connection that broke between two statements: %s", (message) => {
    expect(isDatabaseUnavailable(new Error(message))).toBe(true);
  });

  it("is false for other errors, including a missing file", () => {
    const missing = Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "open" });
    for (const error of [
      missing,
      new Error("x"),
      { code: "23505" },
      { code: "404" },
      { code: "535" },
      null,
      "ECONNREFUSED",
    ])
      expect(isDatabaseUnavailable(error)).toBe(false);
  });
});
