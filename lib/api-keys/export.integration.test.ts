import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { exportKeys } from "@/lib/api-keys/export";
import { storedHash } from "@/lib/api-keys/hash";
import { loadKeyListUrl, type KeyListUrl } from "@/lib/api-keys/list-url";
import { findSelectable } from "@/lib/api-keys/selectable";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { updateKey } from "@/lib/api-keys/update";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const NEVER = { kind: "never" } as const;
const HEAD =
  "\ufeffname,key,status,owner,owner_email,note,created,created_by,works_until,last_used,last_address,rotated,revoked,revoked_by,read_only,networks,id";

let admin: MemberActor;
let stranger: MemberActor;
let now: Date;
const ids: Record<string, string> = {};
const secrets: string[] = [];

const context = () => ({ now, ...newOrigin() });
const url = (query = ""): KeyListUrl => loadKeyListUrl(new URLSearchParams(query));

async function create(name: string, actor = admin) {
  const { id, key } = await createKey(actor, { name, expiry: NEVER }, context());
  ids[name] = id;
  secrets.push(key);
}

async function fileOf(chosen: KeyListUrl | readonly string[], actor = admin): Promise<string> {
  let text = "";
  for await (const part of exportKeys(actor, chosen, now)) text += part;
  return text;
}

const linesOf = async (chosen: KeyListUrl | readonly string[], actor = admin) =>
  (await fileOf(chosen, actor)).trimEnd().split("\r\n");
const namesIn = async (chosen: KeyListUrl | readonly string[]) =>
  (await linesOf(chosen)).slice(1).map((line) => line.split(",")[0]);

beforeAll(async () => {
  admin = await newOrganisation("Admin", "Ada, Admin");
  stranger = await newOrganisation("Admin", "Stranger");
  now = await databaseNow();
  for (const name of ["plain", "=HYPERLINK(1)", "gone", "pair"]) await create(name);
  await create("theirs", stranger);
  await revokeKey(admin, ids.gone ?? "", context());
  const { id, key } = await rotateKey(admin, ids.pair ?? "", NEVER, context());
  ids.successor = id;
  secrets.push(key);
  await updateKey(admin, ids.plain ?? "", { owner: { email: "team@example.com" }, note: "one\ntwo" }, context());
  const keyId = ids.plain ?? "";
  await prisma().apiKey.update({ where: { id: keyId }, data: { lastUsedAt: now } });
  await prisma().keyUsageLatest.create({
    data: { tenantId: admin.tenantId, keyId, at: now, address: "203.0.113.9", client: "curl", endpoint: "GET /x" },
  });
});

describe("exportKeys", () => {
  it("writes every column, times in UTC", async () => {
    const at = now.toISOString();
    const last4 = secrets[0]?.slice(-4) ?? "";
    expect((await fileOf([ids.plain ?? ""])).split("\r\n")).toEqual([
      HEAD,
      `plain,neo_sk_test_…${last4},active,team@example.com,team@example.com,"one\ntwo",${at},"Ada, Admin",,${at},203.0.113.9,,,,,,${ids.plain ?? ""}`,
      "",
    ]);
    const [, gone = ""] = await linesOf([ids.gone ?? ""]);
    expect(gone).toContain(`,revoked,,,,${at},"Ada, Admin",,,,,${at},"Ada, Admin",`);
  });

  it("leaves no formula, no secret and no hash in the file", async () => {
    const file = await fileOf(url());
    expect(file).toContain(`"'=HYPERLINK(1)"`);
    for (const secret of secrets) {
      expect(file).not.toContain(secret.slice(-24));
      for (const encoding of ["hex", "base64"] as const)
        expect(file).not.toContain(Buffer.from(storedHash(secret)).toString(encoding));
    }
  });

  it("contains the keys that match themselves, of this organisation only", async () => {
    expect((await namesIn(url())).sort()).toEqual([`"'=HYPERLINK(1)"`, "gone", "pair", "pair", "plain"]);
    expect(await namesIn(url("status=revoked"))).toEqual(["gone"]);
    expect(await namesIn(url("status=working&q=PAIR"))).toEqual(["pair", "pair"]);
    const [, retiring = "", ...others] = await linesOf(url("status=rotating"));
    expect([retiring.includes(`,rotating,`), retiring.endsWith(ids.pair ?? "?"), others]).toEqual([true, true, []]);
    expect(await linesOf(url("q=no-such-key"))).toEqual([HEAD]);
    expect(await linesOf(Object.values(ids), stranger)).toHaveLength(2);
  });

  it.each(["User", "Viewer"] as const)("is refused for a %s", async (role) => {
    const member = await newMember(admin.tenantId, role, role);
    await expect(fileOf(url(), member)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(findSelectable(member, url(), now)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("findSelectable", () => {
  it("finds the keys that work and match", async () => {
    const found = async (query: string) => {
      const { ids: some, hasMore } = await findSelectable(admin, url(query), now);
      expect(hasMore).toBe(false);
      return [...some].sort();
    };
    const { plain = "", pair = "", successor = "" } = ids;
    expect(await found("")).toEqual([plain, ids["=HYPERLINK(1)"] ?? "", pair, successor].sort());
    expect(await found("status=rotating")).toEqual([pair]);
    expect(await found("status=revoked")).toEqual([]);
    expect(await found("q=pair&status=active")).toEqual([successor]);
  });
});

describe("with many keys", () => {
  it("exports each once, and selects 1,000 of them", async () => {
    const crowd = await newOrganisation();
    const data = Array.from({ length: 1_203 }, (_, n) => {
      const id = `00000000-0000-7000-8000-${Math.floor(Math.random() * 2 ** 47)
        .toString(16)
        .padStart(12, "0")}`;
      const who = { tenantId: crowd.tenantId, createdById: crowd.memberId, environment: "test", lineageId: id };
      // Many share a time.
      const createdAt = new Date(now.getTime() - Math.floor(n / 100));
      return { id, ...who, name: `Key ${n}`, last4: "0000", hash: storedHash(id), createdAt };
    });
    await prisma().apiKey.createMany({ data });
    const lines = (await linesOf(url(), crowd)).slice(1);
    expect(lines).toHaveLength(1_203);
    expect(new Set(lines)).toHaveProperty("size", 1_203);
    const { ids: some, hasMore } = await findSelectable(crowd, url(), now);
    expect([some.length, new Set(some).size, hasMore]).toEqual([1_000, 1_000, true]);
  });
});
