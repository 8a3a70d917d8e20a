import { randomUUID } from "node:crypto";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { CONTOSO, FABRIKAM, STAND_IN_ACCOUNTS, TAILSPIN } from "@/dev/microsoft/directory";
import { NO_FAULTS } from "@/dev/microsoft/faults";
import { type StandIn, startStandIn } from "@/dev/microsoft/server";
import type { MemberActor } from "@/lib/actor";
import { hashKey } from "@/lib/api-keys/hash";
import { createKey } from "@/lib/api-keys/service";
import { NO_ID } from "@/lib/audit-log/actions";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { env } from "@/lib/config/env";
import { databaseNow, prisma } from "@/lib/db/client";
import { log } from "@/lib/logging/log";
import { listAdmins } from "@/lib/members/admin-contacts";
import { changeRole, removeMember, restoreMember } from "@/lib/members/service";
import { beginSession, findLiveSession } from "@/lib/members/sessions";
import { decideKey } from "@/lib/public-api/credentials/authenticate";
import { findKeyByHash } from "@/lib/public-api/credentials/key-lookup";
import { findMember } from "@/lib/public-api/credentials/member-lookup";
import { counts } from "@/lib/telemetry/counts";
import { startCheckingAccounts } from "@/server/account-checks";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";
import { openTestDatabase, type TestDatabase } from "@/tests/support/test-database";

import { migrate } from "../../scripts/migrate";
import { checkNextOrganisation } from "./account-check";

const realFetch = globalThis.fetch;
let database: TestDatabase;
let standIn: StandIn;
/** The paths that Graph was asked for. */
let asked: string[] = [];
/** Answers a call of Graph in place of the stand-in. */
let graph: ((path: string) => Response | null) | null = null;

// A database of its own: other tests' organisations are due too, and their people are not in the stand-in's directory.
beforeAll(async () => {
  database = await openTestDatabase(process.env.NEO_TEST_DATABASE ?? "embedded");
  await migrate(database.url);
  process.env.DATABASE_URL = database.url;
  process.env.ACCOUNT_CHECK_SECONDS = "1";
  const { AZURE_AD_CLIENT_ID: clientId, AZURE_AD_CLIENT_SECRET: clientSecret } = env();
  standIn = await startStandIn({ port: 0, appUrl: "http://localhost:4999", clientId, clientSecret });
  process.env.NEO_STAND_IN_URL = standIn.url;
  await import("@/dev/microsoft/preload.mjs");
  const redirected = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.hostname !== "graph.microsoft.com") return redirected(input, init);
    asked.push(url.pathname);
    return graph?.(url.pathname) ?? redirected(input, init);
  };
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await standIn.stop();
  await prisma().$disconnect();
  await database.stop();
});

/** An organisation with Contoso's people as members. */
let admin: MemberActor;
let user: MemberActor;

const oidOf = (name: string) => STAND_IN_ACCOUNTS.find((account) => account.name === name)?.oid ?? "";

async function known(actor: MemberActor, oid: string): Promise<MemberActor> {
  await prisma().member.update({ where: { id: actor.memberId }, data: { oid } });
  return actor;
}

beforeEach(async () => {
  admin = await known(await newOrganisation("Admin", "Contoso Admin"), oidOf("Contoso Admin"));
  user = await known(await newMember(admin.tenantId, "Admin", "Contoso User"), oidOf("Contoso User"));
  await prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId: CONTOSO.id } });
  asked = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  graph = null;
  Object.assign(standIn.faults, NO_FAULTS);
  // Not asked about again.
  await prisma().tenant.updateMany({ data: { enabled: false } });
  await prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId: randomUUID() } });
});

const due = () => prisma().tenant.updateMany({ data: { accountsDueAt: null } });
/** Checks the organisation now. */
async function check(): Promise<void> {
  await due();
  expect(await checkNextOrganisation()).toBe(true);
}
const tenant = () => prisma().tenant.findUniqueOrThrow({ where: { id: admin.tenantId } });
const begin = async (of: MemberActor) =>
  beginSession(prisma(), of.memberId, { now: await databaseNow(), ...newOrigin() });
const isSignedIn = async (sessionId: string) => (await findLiveSession(sessionId)) !== null;

/** Whether an access token is accepted. @param issuedMs since 1970; now by default */
async function tokenWorks(name: string, issuedMs?: number): Promise<boolean> {
  const at = issuedMs ?? (await databaseNow()).getTime();
  const found = await findMember({
    tid: CONTOSO.id,
    oid: oidOf(name),
    notBeforeMs: at,
    expiresAtMs: at + 3_600_000,
    authenticatedAt: null,
  });
  return found !== null;
}
const signIn = (name: string) =>
  signInWithClaims(
    {
      tid: CONTOSO.id,
      oid: oidOf(name),
      iss: `https://login.microsoftonline.com/${CONTOSO.id}/v2.0`,
      ver: "2.0",
      name,
    },
    { TENANTS: [CONTOSO.id], AZURE_AD_TENANT_ID: undefined },
    newOrigin(),
  );
const events = async () =>
  (await prisma().auditEvent.findMany({ where: { tenantId: admin.tenantId }, orderBy: { seq: "asc" } })).filter(
    ({ action }) => action.startsWith("member.account"),
  );

describe("a member whose account is disabled or deleted", () => {
  it.each([
    ["disabled", { disabledAccounts: [oidOf("Contoso User")] }],
    ["deleted", { deletedAccounts: [oidOf("Contoso User")] }],
  ] as const)("(%s) loses sessions and tokens, and the keys they made keep working", async (what, faults) => {
    const [session, own] = [await begin(user), await begin(admin)];
    const key = await createKey(
      user,
      { name: "Export", expiry: { kind: "never" } },
      { now: await databaseNow(), ...newOrigin() },
    );
    const before = { ...counts.accountChanges };
    await check();
    expect([await isSignedIn(session), await tokenWorks("Contoso User")]).toEqual([true, true]);
    Object.assign(standIn.faults, faults);
    await check();
    expect([await isSignedIn(session), await tokenWorks("Contoso User")]).toEqual([false, false]);
    expect(await signIn("Contoso User")).toMatchObject({ ok: false, reason: "account-gone" });
    expect([await isSignedIn(own), await tokenWorks("Contoso Admin")]).toEqual([true, true]);
    expect(decideKey((await findKeyByHash(hashKey(key.key)))?.record ?? null)).toMatchObject({ kind: "api_key" });
    expect(counts.accountChanges.gone).toBe(before.gone + 1);
    // Found once, recorded once.
    await check();
    expect(await events()).toEqual([
      expect.objectContaining({
        action: `member.account_${what}`,
        actorKind: "PERSON",
        actorId: NO_ID,
        actorName: "Microsoft Entra ID",
        targetId: user.memberId,
        targetName: "Contoso User",
        details: { role: "Admin", sessions_ended: 1 },
      }),
    ]);
  });

  it("can sign in once the account is enabled again; earlier sessions and tokens stay refused", async () => {
    const session = await begin(user);
    const issued = (await databaseNow()).getTime();
    standIn.faults.disabledAccounts = [oidOf("Contoso User")];
    await check();
    standIn.faults.disabledAccounts = [];
    await check();
    expect([await isSignedIn(session), await tokenWorks("Contoso User", issued)]).toEqual([false, false]);
    expect([await signIn("Contoso User"), await tokenWorks("Contoso User")]).toMatchObject([{ ok: true }, true]);
    expect((await events()).map(({ action }) => action)).toEqual([
      "member.account_disabled",
      "member.account_restored",
    ]);
  });

  it("is no admin who counts: the other one can't be demoted, and isn't asked to grant access by name", async () => {
    standIn.faults.disabledAccounts = [oidOf("Contoso User")];
    await check();
    const context = { now: await databaseNow(), ...newOrigin() };
    await expect(changeRole(admin, admin.memberId, "User", context)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(removeMember(user, admin.memberId, context)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect((await listAdmins(admin)).admins.map(({ name }) => name)).toEqual(["Contoso Admin"]);
  });

  it("stays refused when an admin removes and restores the member", async () => {
    standIn.faults.disabledAccounts = [oidOf("Contoso User")];
    await check();
    const context = { now: await databaseNow(), ...newOrigin() };
    await removeMember(admin, user.memberId, context);
    standIn.faults.disabledAccounts = [];
    // A removed member isn't asked about.
    await check();
    await restoreMember(admin, user.memberId, context);
    expect(await tokenWorks("Contoso User")).toBe(false);
    await check();
    expect(await tokenWorks("Contoso User")).toBe(true);
  });

  it("is reported when no other admin is left who can sign in", async () => {
    const warn = vi.spyOn(log(), "warn");
    standIn.faults.disabledAccounts = [oidOf("Contoso User")];
    await check();
    expect(warn).not.toHaveBeenCalled();
    standIn.faults.disabledAccounts = [oidOf("Contoso User"), oidOf("Contoso Admin")];
    await check();
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { tenantId: admin.tenantId, requestId: expect.any(String) as string },
      "no admin of an organisation can sign in any more",
    );
  });

  it("is found among hundreds, who are written in batches", async () => {
    const rows = Array.from({ length: 250 }, (_, n) => ({
      ...{ id: randomUUID(), tenantId: admin.tenantId, oid: randomUUID(), name: `Leaver ${n}`, role: "User" as const },
    }));
    await prisma().member.createMany({ data: rows });
    const invited = { id: randomUUID(), tenantId: admin.tenantId, oid: randomUUID(), name: "Ida", joinedAt: null };
    await prisma().member.create({ data: { ...invited, role: "User" } });
    await check();
    expect(await prisma().member.count({ where: { tenantId: admin.tenantId, accountGoneAt: { not: null } } })).toBe(
      250,
    );
    expect(await events()).toHaveLength(250);
    expect([await tokenWorks("Contoso Admin"), await tokenWorks("Contoso User")]).toEqual([true, true]);
  });
});

describe("a check that fails ends nobody's access, and is logged once with its cause", () => {
  const inconclusive = (path: string) =>
    path === "/v1.0/users" ? Response.json({ value: [] }) : new Response("<h1>Not found</h1>", { status: 404 });
  it.each<[string, Partial<typeof NO_FAULTS>, ((path: string) => Response) | null, string, RegExp]>([
    ["without consent", { graphWithoutConsent: [CONTOSO.id] }, null, "no-consent", /403/],
    ["while Graph throttles", { graphRetryAfter: 1 }, null, "throttled", /429/],
    ["while Graph is down", { graphDown: true }, null, "unavailable", /fetch failed/],
    ["while Graph never responds", { graphSilent: true }, null, "unavailable", /TimeoutError/],
    ["while Graph fails", {}, () => new Response("", { status: 503 }), "unavailable", /503/],
    ["when something else responds", {}, () => Response.json({ value: "hello" }), "unavailable", /unknown shape/],
    ["when a list lacks accounts that nobody reports as deleted", {}, inconclusive, "unavailable", /404/],
  ])("%s", async (_, faults, answer, problem, cause) => {
    const session = await begin(user);
    const lines = [vi.spyOn(log(), "info"), vi.spyOn(log(), "warn"), vi.spyOn(log(), "error")];
    const logged = () => lines.flatMap(({ mock }) => mock.calls as unknown[][]);
    Object.assign(standIn.faults, { disabledAccounts: [oidOf("Contoso User")], ...faults });
    graph = answer;
    const before = { ...counts.accountChecks };
    await check();
    await check();
    expect([await isSignedIn(session), await tokenWorks("Contoso User")]).toEqual([true, true]);
    expect(await tenant()).toMatchObject({ accountsProblem: problem });
    expect(counts.accountChecks).toEqual({ ...before, [problem]: before[problem as "throttled"] + 2 });
    expect(logged()).toEqual([
      [
        { tenantId: admin.tenantId, problem, reason: expect.stringMatching(cause) as string },
        "the accounts of an organisation can't be checked; its members keep their access",
      ],
    ]);
    Object.assign(standIn.faults, { ...NO_FAULTS, disabledAccounts: [oidOf("Contoso User")] });
    graph = null;
    if (problem === "throttled") await new Promise((resolve) => setTimeout(resolve, 1_050));
    await check();
    expect([await isSignedIn(session), await tokenWorks("Contoso User")]).toEqual([false, false]);
    expect(logged().map(([, message]) => message)).toContain("the accounts of an organisation are checked again");
    expect(await tenant()).toMatchObject({ accountsProblem: null });
  });

  it("and what Microsoft said of others before it failed counts", async () => {
    const rows = Array.from({ length: 60 }, (_, n) => ({
      ...{ id: randomUUID(), tenantId: admin.tenantId, oid: randomUUID(), name: `Old ${n}`, role: "User" as const },
    }));
    await prisma().member.createMany({ data: rows });
    await prisma().member.update({ where: { id: user.memberId }, data: { lastActiveAt: await databaseNow() } });
    standIn.faults.disabledAccounts = [oidOf("Contoso User")];
    let calls = 0;
    graph = () => (++calls > 4 ? new Response("", { status: 500 }) : null);
    await check();
    expect([await tokenWorks("Contoso User"), await tokenWorks("Contoso Admin")]).toEqual([false, true]);
    expect(await tenant()).toMatchObject({ accountsProblem: "unavailable" });
  });
});

describe("when an organisation is asked about", () => {
  const waitMs = async () => ((await tenant()).accountsDueAt?.getTime() ?? 0) - (await databaseNow()).getTime();

  it("is once in an interval, however many instances there are", async () => {
    await due();
    const claims = await Promise.all(Array.from({ length: 8 }, () => checkNextOrganisation()));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(asked).toEqual(["/v1.0/users"]);
    expect(await checkNextOrganisation()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await checkNextOrganisation()).toBe(true);
  });

  it("is not before Retry-After is over, and later without consent", async () => {
    const move = (entraTenantId: string) =>
      prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId } });
    await move(TAILSPIN.id);
    standIn.faults.graphRetryAfter = 100;
    await check();
    expect(await waitMs()).toBeGreaterThan(95_000);
    standIn.faults.graphRetryAfter = 0;
    await move(FABRIKAM.id);
    await check();
    expect(await waitMs()).toBeGreaterThan(290_000);
    expect(await tenant()).toMatchObject({ accountsProblem: "no-consent" });
  });

  it("is soon again when the instance that asked has died", async () => {
    standIn.faults.graphSilent = true;
    await due();
    const checking = checkNextOrganisation();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(await checkNextOrganisation()).toBe(false);
    expect(await waitMs()).toBeLessThan(90_000);
    await checking;
  });

  it("is regularly, without traffic, until it is stopped", async () => {
    const session = await begin(user);
    const stop = startCheckingAccounts();
    try {
      standIn.faults.disabledAccounts = [oidOf("Contoso User")];
      await vi.waitFor(async () => expect(await isSignedIn(session)).toBe(false), 5_000);
      standIn.faults.disabledAccounts = [];
      await vi.waitFor(async () => expect(await tokenWorks("Contoso User")).toBe(true), 5_000);
    } finally {
      stop();
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    standIn.faults.disabledAccounts = [oidOf("Contoso User")];
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await tokenWorks("Contoso User")).toBe(true);
  });
});
