import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { databaseNow, prisma } from "@/lib/db/client";
import { env } from "@/lib/config/env";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { inviteMember } from "@/lib/members/invitations";
import { removeMember } from "@/lib/members/service";
import {
  CONTOSO,
  FABRIKAM,
  NORTHWIND,
  DIRECTORY_ACCOUNTS,
  STAND_IN_ACCOUNTS,
  TAILSPIN,
} from "@/dev/microsoft/directory";
import { NO_FAULTS } from "@/dev/microsoft/faults";
import { type StandIn, startStandIn } from "@/dev/microsoft/server";
import { newOrganisation, newOrigin } from "@/tests/support/people";

import { accountProblems, findPerson, organisationName, searchPeople } from "./directory";
import { refreshOrganisationName } from "../tenants/organisation-name";

const realFetch = globalThis.fetch;
let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn({
    port: 0,
    appUrl: "http://localhost:4999",
    clientId: env().AZURE_AD_CLIENT_ID,
    clientSecret: env().AZURE_AD_CLIENT_SECRET,
  });
  process.env.NEO_STAND_IN_URL = standIn.url;
  // As in a demo: the app calls Microsoft's URLs, and the transport redirects them here.
  await import("@/dev/microsoft/preload.mjs");
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await standIn.stop();
});
afterEach(() => {
  Object.assign(standIn.faults, NO_FAULTS);
});

const person = (name: string) => STAND_IN_ACCOUNTS.find((account) => account.name === name)!;
const newcomer = person("Contoso Newcomer");
const names = async (text: string, tid = CONTOSO.id) => {
  const found = await searchPeople(tid, text);
  return found.ok ? found.data.map(({ name }) => name) : found.problem;
};

describe("the people picker's search", () => {
  it("finds enabled people of the tenant by name and by e-mail", async () => {
    expect(await names("newc")).toEqual(["Contoso Newcomer"]);
    expect(await names("adele vance")).toEqual(["Adele Vance"]);
    expect(await names("newcomer@contoso.example")).toEqual(["Contoso Newcomer"]);
    expect(await names("fabrikam")).toEqual([]);
    standIn.faults.disabledAccounts = [newcomer.oid];
    expect(await names("newc")).toEqual([]);
    const all = await searchPeople(CONTOSO.id, "contoso");
    expect(all).toMatchObject({ ok: true });
    expect(all.ok && all.data.length).toBe(8);
    expect(all.ok && all.data.every(({ oid }) => oid.startsWith("c0117050"))).toBe(true);
  });

  it.each(['"', "\\", '" OR "displayName:a', "a:b", "ann & bob", "#%+?", "'"])("matches %j literally", async (text) => {
    expect(await names(text)).toEqual([]);
  });

  it("strips misleading characters, and characters no database stores, from names", async () => {
    const account = newcomer as { name: string; email: string };
    const { name, email } = account;
    try {
      Object.assign(account, { name: "Contoso\u200b Newcomer\u202e\u0000\n", email: "newcomer@\u200bcontoso.example" });
      const email = "newcomer@contoso.example";
      const shown = { oid: newcomer.oid, name: "Contoso Newcomer", email, signInName: email };
      expect(await findPerson(CONTOSO.id, newcomer.oid)).toEqual({ ok: true, data: shown });
      Object.assign(account, { name: "\u202e", email: "newcomer@contoso.example" });
      expect(await findPerson(CONTOSO.id, newcomer.oid)).toMatchObject({ data: { name: "newcomer@contoso.example" } });
    } finally {
      Object.assign(account, { name, email });
    }
  });

  it("never treats a sign-in name as a mailbox: of guests, of accounts without one, or if Graph returns it as mail", async () => {
    const byName = (name: string) => DIRECTORY_ACCOUNTS.find((account) => account.name === name)!;
    for (const name of ["Gita Partner", "Uma Unlicensed"]) {
      const { oid, signInName } = byName(name);
      const expected = { oid, name, email: null, signInName };
      expect(await findPerson(CONTOSO.id, oid)).toEqual({ ok: true, data: expected });
      expect(await searchPeople(CONTOSO.id, name)).toEqual({ ok: true, data: [expected] });
    }
    const account = newcomer as { email: string };
    const { email } = account;
    try {
      for (const mail of ["ada_partner.example#EXT#@contoso.onmicrosoft.com", "no address", "@contoso.example", ""]) {
        account.email = mail;
        expect(await findPerson(CONTOSO.id, newcomer.oid)).toMatchObject({ data: { email: null } });
      }
    } finally {
      account.email = email;
    }
  });

  it("times out on an unresponsive Graph before the caller does", async () => {
    standIn.faults.graphSilent = true;
    const started = Date.now();
    expect(await names("newc")).toBe("unavailable");
    expect(Date.now() - started).toBeLessThan(6_000);
    standIn.faults.graphSilent = false;
    expect(await names("newc")).toEqual(["Contoso Newcomer"]);
  });

  it("reports missing consent, and works as soon as it is given", async () => {
    standIn.faults.graphWithoutConsent = [CONTOSO.id];
    expect(await names("newc")).toBe("no-consent");
    standIn.faults.graphWithoutConsent = [];
    expect(await names("newc")).toEqual(["Contoso Newcomer"]);
    expect(await names("newc", FABRIKAM.id)).toEqual(["Fabrikam Newcomer"]);
  });

  it("reports an outage, and recovers immediately", async () => {
    standIn.faults.graphDown = true;
    expect(await names("newc")).toBe("unavailable");
    standIn.faults.graphDown = false;
    expect(await names("newc")).toEqual(["Contoso Newcomer"]);
  });

  it("sends nothing during Retry-After, then retries", async () => {
    standIn.faults.graphRetryAfter = 1;
    expect(await names("newc")).toBe("throttled");
    standIn.faults.graphRetryAfter = 0;
    expect(await names("newc")).toBe("throttled");
    // The other tenant isn't throttled.
    standIn.faults.graphWithoutConsent = [];
    expect(await names("newc", FABRIKAM.id)).toEqual(["Fabrikam Newcomer"]);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await names("newc")).toEqual(["Contoso Newcomer"]);
  });
});

describe("accounts", () => {
  it("that were deleted or disabled are reported, also beyond one call's batch size", async () => {
    const everybody = STAND_IN_ACCOUNTS.filter(({ tid }) => tid === CONTOSO.id).map(({ oid }) => oid);
    expect(await accountProblems(CONTOSO.id, everybody)).toEqual({ ok: true, data: new Map() });
    const [deleted, disabled] = [person("Contoso User").oid, person("Contoso Viewer").oid];
    standIn.faults.deletedAccounts = [deleted];
    standIn.faults.disabledAccounts = [disabled];
    const strangers = Array.from({ length: 30 }, () => crypto.randomUUID());
    const answer = await accountProblems(CONTOSO.id, [...strangers, ...everybody]);
    const expected = [
      ...strangers.map((oid) => [oid, "deleted"] as const),
      [deleted, "deleted"],
      [disabled, "disabled"],
    ];
    expect(answer.ok && [...answer.data].sort()).toEqual(expected.sort());
    // A person of another tenant isn't an account of this one.
    expect(await findPerson(CONTOSO.id, person("Fabrikam Admin").oid)).toEqual({ ok: true, data: null });
  });
});

describe("the organisation's name", () => {
  const setUp = async (entraTenantId: string) => {
    const { tenantId } = await newOrganisation("Admin", "Ada", { name: "contoso.example" });
    await prisma().tenant.deleteMany({ where: { entraTenantId, id: { not: tenantId } } });
    await prisma().tenant.update({ where: { id: tenantId }, data: { entraTenantId } });
    return {
      tenantId,
      stored: () => prisma().tenant.findUniqueOrThrow({ where: { id: tenantId } }),
      release: () => prisma().tenant.update({ where: { id: tenantId }, data: { entraTenantId: crypto.randomUUID() } }),
    };
  };

  it("is updated once a day", async () => {
    expect(await organisationName(TAILSPIN.id)).toEqual({ ok: true, data: "Tailspin" });
    const { tenantId, stored, release } = await setUp(TAILSPIN.id);
    await refreshOrganisationName(tenantId);
    expect(await stored()).toMatchObject({ name: "Tailspin" });
    await prisma().tenant.update({ where: { id: tenantId }, data: { name: "changed by hand" } });
    await refreshOrganisationName(tenantId);
    expect(await stored()).toMatchObject({ name: "changed by hand" });
    await prisma()
      .$executeRaw`update tenants set name_read_at = now() - interval '25 hours' where id = ${tenantId}::uuid`;
    await refreshOrganisationName(tenantId);
    expect(await stored()).toMatchObject({ name: "Tailspin" });
    await release();
  });

  it("is kept while Graph is unavailable, and retried after an hour", async () => {
    const { tenantId, stored, release } = await setUp(NORTHWIND.id);
    await refreshOrganisationName(tenantId);
    expect(await stored()).toMatchObject({ name: "contoso.example" });
    standIn.faults.graphWithoutConsent = [];
    await refreshOrganisationName(tenantId);
    expect(await stored()).toMatchObject({ name: "contoso.example" });
    await prisma()
      .$executeRaw`update tenants set name_read_at = name_read_at - interval '61 minutes' where id = ${tenantId}::uuid`;
    await refreshOrganisationName(tenantId);
    expect(await stored()).toMatchObject({ name: "Northwind" });
    await release();
  });
});

const one = person("Tailspin One");

// Not the demo's tenants: the seed's test runs concurrently in the same database.
describe("inviting someone from the directory", () => {
  it("binds the object id: its owner joins by signing in, and a person with the same e-mail address doesn't", async () => {
    const admin = await newOrganisation();
    await prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId: TAILSPIN.id } });
    const [now, origin] = [await databaseNow(), newOrigin()];
    const input = { oid: one.oid, role: "Viewer" } as const;
    expect(await inviteMember(admin, input, { now, ...origin })).toMatchObject({ name: "Tailspin One", link: null });
    await expect(inviteMember(admin, input, { now, ...origin })).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      fields: { person: expect.stringContaining("already invited") as string },
    });

    const signIn = (oid: string) =>
      signInWithClaims(
        {
          tid: TAILSPIN.id,
          oid,
          iss: `https://login.microsoftonline.com/${TAILSPIN.id}/v2.0`,
          ver: "2.0",
          name: one.name,
          email: one.email,
        },
        { TENANTS: [TAILSPIN.id], AZURE_AD_TENANT_ID: undefined },
        origin,
      );
    expect(await signIn(crypto.randomUUID())).toMatchObject({ ok: false, reason: "not-a-member" });
    const joined = await signIn(one.oid);
    expect(joined).toMatchObject({ ok: true });
    const member = await prisma().member.findFirstOrThrow({ where: { tenantId: admin.tenantId, oid: one.oid } });
    expect(member).toMatchObject({ role: "Viewer", email: one.email });
    expect(member.joinedAt).not.toBeNull();
    await expect(inviteMember(admin, input, { now, ...origin })).rejects.toThrow("is already a member");
    await removeMember(admin, member.id, { now, ...origin });
    await expect(inviteMember(admin, input, { now, ...origin })).rejects.toThrow("was removed");
    const events = await prisma().auditEvent.findMany({ where: { tenantId: admin.tenantId }, orderBy: { seq: "asc" } });
    expect(events.map(({ action }) => action)).toEqual([
      "member.invited",
      "session.refused",
      "member.joined",
      "session.started",
      "member.removed",
    ]);
    expect(events[0]?.details).toMatchObject({ by: "directory" });
    expect(events[2]?.details).toMatchObject({ by: "directory", role: "Viewer" });
    await prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId: crypto.randomUUID() } });
  });

  it("refuses people outside the directory, and reports when it is unavailable; a sign-in never calls Graph", async () => {
    const admin = await newOrganisation();
    await prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId: TAILSPIN.id } });
    const [now, origin] = [await databaseNow(), newOrigin()];
    const stranger = { oid: person("Fabrikam Admin").oid, role: "Admin" } as const;
    await expect(inviteMember(admin, stranger, { now, ...origin })).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    standIn.faults.down = true;
    await expect(inviteMember(admin, { ...stranger, oid: one.oid }, { now, ...origin })).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    const { oid } = await prisma().member.findUniqueOrThrow({ where: { id: admin.memberId } });
    const iss = `https://login.microsoftonline.com/${TAILSPIN.id}/v2.0`;
    const claims = { tid: TAILSPIN.id, oid, iss, ver: "2.0", name: "Ada" };
    const settings = { TENANTS: [TAILSPIN.id], AZURE_AD_TENANT_ID: undefined };
    expect(await signInWithClaims(claims, settings, origin)).toMatchObject({ ok: true });
    expect(await prisma().member.count({ where: { tenantId: admin.tenantId } })).toBe(1);
    await prisma().tenant.update({ where: { id: admin.tenantId }, data: { entraTenantId: crypto.randomUUID() } });
  });
});
