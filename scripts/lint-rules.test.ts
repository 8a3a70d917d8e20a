import path from "node:path";
import { fileURLToPath } from "node:url";

import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
// Only this repository's rules: the type-checked ones would need a program that includes the snippet.
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => /^house\/|no-restricted-(imports|syntax|paths)$|^no-console$/.test(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
});

async function lint(file: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  const fatal = result?.messages.find((message) => message.fatal);
  if (fatal) throw new Error(fatal.message);
  return result?.messages.map((message) => message.ruleId) ?? [];
}

const IMPORTS = "@typescript-eslint/no-restricted-imports";
const STOREY = "import-x/no-restricted-paths";

describe("lint rules", () => {
  test.each([
    [
      "lib/public-api/create-route.ts",
      'import "server-only";\nimport { requireMember } from "@/lib/auth/guard";',
      STOREY,
    ],
    ["lib/public-api/create-route.ts", 'import "server-only";\nimport { requireMember } from "../auth/guard";', STOREY],
    ["app/public-api/agents/route.ts", 'import { currentSession } from "@/lib/auth/guard";', STOREY],
    ["lib/api-keys/format.ts", 'import { AppError } from "@/lib/errors/app-error";', IMPORTS],
    ["lib/api-keys/hash.ts", 'import { parseKey } from "./format";', IMPORTS],
    ["lib/api-keys/status.ts", 'import { prisma } from "../db";', IMPORTS],
    ["app/page.tsx", 'import { startEmbedded } from "@/dev/database/embedded";', STOREY],
    ["components/ui/button.tsx", 'import { x } from "../../dev/child";', STOREY],
    ["lib/agents/list.ts", 'import { x } from "@/dev/child";', STOREY],
    ["lib/members/list.ts", 'import "server-only";\nimport type { SignedIn } from "@/lib/auth/guard";', STOREY],
    ["lib/db/pool.ts", 'import "server-only";\nimport type { Envelope } from "@/lib/http/envelope";', STOREY],
    ["components/ui/button.tsx", 'import type { NewKey } from "@/lib/api-keys/service";', STOREY],
    ["instrumentation.ts", 'import { x } from "./dev/child";', STOREY],
    ["lib/agents/list.ts", 'import "server-only";\nimport { Pool } from "pg";', IMPORTS],
    ["lib/public-api/limits/rate-limit.ts", 'import "server-only";\nimport pg from "pg";', IMPORTS],
    [
      "lib/agents/list.ts",
      'import "server-only";\nimport { PrismaClient } from "@/lib/generated/prisma/client";',
      IMPORTS,
    ],
    ["lib/agents/list.ts", 'import "server-only";\nimport { PrismaPg } from "@prisma/adapter-pg";', IMPORTS],
    ["lib/agents/list.ts", "export const url = process.env.DATABASE_URL;", "no-restricted-syntax"],
    ["app/page.tsx", "export const settings = read(process.env);", "no-restricted-syntax"],
    ["instrumentation.ts", "export const { DATABASE_URL } = process.env;", "no-restricted-syntax"],
    ["lib/agents/list.ts", 'import { prisma } from "@/lib/db/client";', "house/server-only-first"],
    [
      "lib/agents/list.ts",
      'import { z } from "zod";\nimport "server-only";\nimport { prisma } from "@/lib/db/client";',
      "house/server-only-first",
    ],
    ["lib/agents/files.ts", 'import { readFile } from "node:fs/promises";', "house/server-only-first"],
    ["lib/agents/AgentList.ts", "export const a = 1;", "house/file-name"],
    ["lib/agents/utils.ts", "export const a = 1;", "house/file-name"],
    ["components/ui/index.ts", 'export * from "./button";', "house/file-name"],
    ["lib/agents/list.ts", 'console.log("x");', "no-console"],
    ["lib/api-keys/list.ts", "await prisma().apiKey.updateMany({ data });", "house/one-key-writer"],
    ["lib/agents/service.ts", "await tx.apiKey.create({ data });", "house/one-key-writer"],
    ["lib/agents/service.ts", "const { apiKey } = prisma();\nawait apiKey.deleteMany();", "house/one-key-writer"],
    ["app/page.tsx", "await prisma().$executeRaw`update api_keys set revoked_at = now()`;", "house/one-key-writer"],
    [
      "lib/public-api/credentials/key-lookup.ts",
      'export const SQL = "delete from \\"api_keys\\"";',
      "house/one-key-writer",
    ],
    ["prisma/seed.ts", "await prisma.apiKey.upsert({ where, create, update });", "house/one-key-writer"],
    ["lib/api-keys/last-used.ts", "await prisma().apiKey.update({ where, data });", "house/one-key-writer"],
    ["components/x.tsx", "export const x = <b>{on ? <i /> : <u />} Copy</b>;", "house/text-alone"],
    ["components/x.tsx", "export const x = <b><i />{on ? 'Copied' : 'Copy'}</b>;", "house/text-alone"],
    ["components/x.tsx", "export const x = <b>{count} keys</b>;", "house/text-alone"],
    ["components/x.tsx", "export const x = <b>{`${count}`}{on && <i />}</b>;", "house/text-alone"],
    ["components/x.tsx", "export const x = on ? <>Ends <i /></> : null;", "house/text-alone"],
    ["components/x.tsx", "export const x = <code>neo_sk_</code>;", "house/text-alone"],
  ])("%s must not say %j", async (file, code, rule) => {
    expect(await lint(file, code)).toEqual([rule]);
  });

  test.each([
    ["components/x.tsx", "export const x = <b><i />{on ? <u /> : null}<span>Copy</span></b>;"],
    ["components/x.tsx", "export const x = <b>{on ? 'Copied' : 'Copy'}</b>;"],
    ["components/x.tsx", "export const x = <b>Ends <i />, then stops.</b>;"],
    ["components/x.tsx", "export const x = <b><i />{children}</b>;"],
    ["components/x.tsx", 'export const x = <code translate="no">{key}</code>;'],
    [
      "lib/db/client.ts",
      'import "server-only";\nimport { PrismaPg } from "@prisma/adapter-pg";\nimport { Pool } from "pg";',
    ],
    ["lib/config/env.ts", "export const settings = read(process.env);"],
    ["instrumentation.ts", 'export const node = process.env.NEXT_RUNTIME === "nodejs";'],
    [
      "lib/agents/list.ts",
      'import "server-only";\nimport type { PoolClient } from "pg";\nimport { Prisma, type PrismaClient } from "@/lib/generated/prisma/client";',
    ],
    ["lib/api-keys/expiry.ts", 'import { AppError } from "@/lib/errors/app-error";'],
    ["lib/api-keys/hash.ts", 'import { hash } from "node:crypto";'],
    ["app/(dashboard)/agents/page.tsx", 'import { requirePageAccess } from "@/lib/auth/guard";'],
    [
      "scripts/schema-engine.ts",
      'import { PrismaPg } from "@prisma/adapter-pg";\nimport { Pool } from "pg";\nconsole.log(process.env.HOME);',
    ],
    ["lib/api-keys/service.ts", "await tx.apiKey.create({ data });\nawait prisma().apiKey.updateMany({ data });"],
    ["lib/api-keys/last-used.ts", "export const SQL = `update api_keys k set last_used_at = now()`;"],
    ["lib/api-keys/list.ts", "await prisma().apiKey.findMany({ select });\nawait prisma().agent.create({ data });"],
    ["lib/api-keys/list.integration.test.ts", "await prisma().apiKey.update({ where, data });"],
    ["tests/support/public-api.ts", "await prisma().apiKey.create({ data });"],
    ["lib/api-keys/service.integration.test.ts", 'import { Client } from "pg";\nimport { x } from "@/dev/child";'],
  ])("%s may say %j", async (file, code) => {
    expect(await lint(file, code)).toEqual([]);
  });
});
