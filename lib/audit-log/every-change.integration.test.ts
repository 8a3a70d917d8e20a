import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import type { AgentCreation } from "@/lib/agents/schemas";
import { createAgent, deleteAgent, updateAgent } from "@/lib/agents/service";
import { AUDIT_ACTIONS, type AuditAction, NO_ID, type RequestOrigin } from "@/lib/audit-log/actions";
import { type Refusal, ruleRefusal, writeRefusal } from "@/lib/audit-log/refusals";
import { beginSession, endSession } from "@/lib/members/sessions";
import { signInWithClaims } from "@/lib/auth/sign-in";
import { databaseNow, prisma } from "@/lib/db/client";
import { allowKeyManagers, bindApplication, unbindApplication, updateApplication } from "@/lib/applications/service";
import { createKey, endOverlap, revokeKey, revokeKeys, rotateKey } from "@/lib/api-keys/service";
import { dismissWarning, restoreWarning } from "@/lib/api-keys/attention";
import { updateKey } from "@/lib/api-keys/update";
import { storeAccountStates } from "@/lib/members/account-states";
import { inviteMember, renewInvitation } from "@/lib/members/invitations";
import { changeRole, removeMember, restoreMember } from "@/lib/members/service";
import { endMemberSessions, endOwnSession, endOwnSessions } from "@/lib/members/sessions";
import type { AccountState } from "@/lib/microsoft/directory";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const NEVER = { kind: "never" } as const;
const AGENT: AgentCreation = { name: "Nightly", trigger_type: "NONE", actions: [] };
const GUEST = { name: "Gus Guest", email: "gus@example.com", role: "User" } as const;
const ACCESS: Refusal = {
  entry: { action: "access.refused", target: { id: NO_ID, name: "/x" } },
  ...{ kind: "access.refused", what: "/x" },
};
const BROKEN = { reason: "network_not_allowed", operation: "GET /x" };
const now = await databaseNow();

/** Prepares a change and returns it. */
type Prepare = (admin: MemberActor) => Promise<(origin: RequestOrigin) => Promise<unknown>>;

/** Signs in an account of the organisation; `fresh` signs in for the first time, with an app role. */
function signIn({ tenantId }: MemberActor, claims: object, invitation: string | null = null) {
  return async (origin: RequestOrigin) => {
    const { entraTenantId: tid } = await prisma().tenant.findUniqueOrThrow({ where: { id: tenantId } });
    const iss = `https://login.microsoftonline.com/${tid}/v2.0`;
    const whole = { tid, oid: randomUUID(), iss, ver: "2.0", name: "Grace", ...claims };
    return signInWithClaims(whole, { TENANTS: [tid], AZURE_AD_TENANT_ID: undefined }, origin, invitation);
  };
}
const oidOf = async ({ memberId }: MemberActor) =>
  (await prisma().member.findUniqueOrThrow({ where: { id: memberId } })).oid;
const begin = (of: MemberActor) => beginSession(prisma(), of.memberId, { now, ...newOrigin() });
const newAgent = (admin: MemberActor) => createAgent(admin, AGENT, { now, ...newOrigin() });
const newKey = (admin: MemberActor) => createKey(admin, { name: "Export", expiry: NEVER }, { now, ...newOrigin() });
const newUser = (admin: MemberActor) => newMember(admin.tenantId, "User", "Uma User");
const linkFor = async (admin: MemberActor) =>
  ((await inviteMember(admin, GUEST, { now, ...newOrigin() })).link ?? "").split("/").at(-1) ?? "";

const account = ({ tenantId, memberId }: MemberActor, state: AccountState, origin: RequestOrigin) =>
  storeAccountStates(tenantId, new Map([[memberId, state]]), origin);

const BINDING = { name: "Sync", role: "Integration", expiresAt: null, note: null } as const;
const bind = (admin: MemberActor, origin: RequestOrigin) =>
  bindApplication(admin, { oid: randomUUID(), clientId: randomUUID(), ...BINDING, networks: [] }, { now, ...origin });

/** Every change that records each kind of event. */
const CHANGES: [AuditAction, string, Prepare][] = [
  ["access.refused", "for want of a role", (a) => Promise.resolve((o) => writeRefusal(a, ACCESS, { now, ...o }))],
  ["agent.created", "by a person", (a) => Promise.resolve((o) => createAgent(a, AGENT, { now, ...o }))],
  [
    "agent.created",
    "by a key",
    async (a) => {
      const { id } = await newKey(a);
      return (o) =>
        createAgent({ kind: "key", tenantId: a.tenantId, keyId: id, lineageId: id, name: "Export" }, AGENT, {
          now,
          ...o,
        });
    },
  ],
  [
    "agent.updated",
    "by a person",
    async (a) => {
      const { id } = await newAgent(a);
      return (o) => updateAgent(a, id, { enabled: false }, { now, ...o });
    },
  ],
  [
    "agent.deleted",
    "by a person",
    async (a) => {
      const { id } = await newAgent(a);
      return (o) => deleteAgent(a, id, { now, ...o });
    },
  ],
  [
    "api_key.created",
    "",
    (a) => Promise.resolve((o) => createKey(a, { name: "Export", expiry: NEVER }, { now, ...o })),
  ],
  [
    "api_key.rotated",
    "",
    async (a) => {
      const { id } = await newKey(a);
      return (o) => rotateKey(a, id, { kind: "same" }, { now, ...o });
    },
  ],
  [
    "api_key.updated",
    "",
    async (a) => {
      const { id } = await newKey(a);
      return (o) => updateKey(a, id, { note: "Runs nightly." }, { now, ...o });
    },
  ],
  [
    "api_key.warning_dismissed",
    "",
    async (a) => {
      const { id } = await newKey(a);
      return (o) => dismissWarning(a, id, "no_expiry", { now, ...o });
    },
  ],
  [
    "api_key.warning_restored",
    "",
    async (a) => {
      const { id } = await newKey(a);
      await dismissWarning(a, id, "no_expiry", { now, ...newOrigin() });
      return (o) => restoreWarning(a, id, "no_expiry", { now, ...o });
    },
  ],
  [
    "api_key.refused",
    "by its networks",
    async (a) => {
      const { id, key } = await newKey(a);
      const actor = { kind: "key", tenantId: a.tenantId, keyId: id, lineageId: id, name: "Export" } as const;
      const refusal = ruleRefusal(actor, { ...BROKEN, last4: key.slice(-4) });
      return (o) => writeRefusal(actor, refusal, { now, ...o });
    },
  ],
  [
    "api_key.revoked",
    "",
    async (a) => {
      const { id } = await newKey(a);
      return (o) => revokeKey(a, id, { now, ...o });
    },
  ],
  [
    "api_key.revoked",
    "with others",
    async (a) => {
      const { id } = await newKey(a);
      return (o) =>
        revokeKeys(a, { keyIds: [id], knownInUse: [], knownRetiring: [], reason: "Leaked." }, { now, ...o });
    },
  ],
  [
    "api_key.revoked",
    "to end an overlap",
    async (a) => {
      const { id } = await newKey(a);
      await rotateKey(a, id, { kind: "same" }, { now, ...newOrigin() });
      return (o) => endOverlap(a, id, { now, ...o });
    },
  ],
  ["application.bound", "for the first time", (a) => Promise.resolve((o) => bind(a, o))],
  [
    "application.updated",
    "by an admin",
    async (a) => {
      const { id } = await bind(a, newOrigin());
      return (o) => updateApplication(a, id, { ...BINDING, networks: [], role: "Auditor" }, { now, ...o });
    },
  ],
  [
    "application.refused",
    "by its networks",
    async (a) => {
      const { id } = await bind(a, newOrigin());
      const application = {
        kind: "application",
        tenantId: a.tenantId,
        applicationId: id,
        role: "Integration",
      } as const;
      const actor = { ...application, name: "Sync" };
      return (o) => writeRefusal(actor, ruleRefusal(actor, BROKEN), { now, ...o });
    },
  ],
  [
    "application.unbound",
    "by an admin",
    async (a) => {
      const { id } = await bind(a, newOrigin());
      return (o) => unbindApplication(a, id, { now, ...o });
    },
  ],
  ["organisation.key_managers_allowed", "", (a) => Promise.resolve((o) => allowKeyManagers(a, true, { now, ...o }))],
  [
    "organisation.key_managers_disallowed",
    "",
    async (a) => {
      await allowKeyManagers(a, true, { now, ...newOrigin() });
      return (o) => allowKeyManagers(a, false, { now, ...o });
    },
  ],
  ["member.account_disabled", "at Microsoft", (a) => Promise.resolve((o) => account(a, "disabled", o))],
  ["member.account_deleted", "at Microsoft", (a) => Promise.resolve((o) => account(a, "deleted", o))],
  [
    "member.account_restored",
    "at Microsoft",
    async (a) => {
      await account(a, "disabled", newOrigin());
      return (o) => account(a, "enabled", o);
    },
  ],
  ["member.invited", "by a link", (a) => Promise.resolve((o) => inviteMember(a, GUEST, { now, ...o }))],
  [
    "member.invited",
    "by a newer link",
    async (a) => {
      await linkFor(a);
      const guest = await prisma().member.findFirstOrThrow({ where: { tenantId: a.tenantId, oid: null } });
      return (o) => renewInvitation(a, guest.id, { now, ...o });
    },
  ],
  ["member.joined", "by an app role", (a) => Promise.resolve(signIn(a, { roles: ["Viewer"] }))],
  ["member.joined", "by a link", async (a) => signIn(a, {}, await linkFor(a))],
  [
    "member.role_changed",
    "",
    async (a) => {
      const { memberId } = await newUser(a);
      return (o) => changeRole(a, memberId, "Viewer", { now, ...o });
    },
  ],
  [
    "member.removed",
    "with a session",
    async (a) => {
      const user = await newUser(a);
      await begin(user);
      return (o) => removeMember(a, user.memberId, { now, ...o });
    },
  ],
  [
    "member.removed",
    "while invited",
    async (a) => {
      await linkFor(a);
      const guest = await prisma().member.findFirstOrThrow({ where: { tenantId: a.tenantId, oid: null } });
      return (o) => removeMember(a, guest.id, { now, ...o });
    },
  ],
  [
    "member.restored",
    "",
    async (a) => {
      const { memberId } = await newUser(a);
      await removeMember(a, memberId, { now, ...newOrigin() });
      return (o) => restoreMember(a, memberId, { now, ...o });
    },
  ],
  ["session.started", "", async (a) => signIn(a, { oid: await oidOf(a) })],
  ["session.refused", "of a stranger", (a) => Promise.resolve(signIn(a, {}))],
  [
    "session.refused",
    "of somebody removed",
    async (a) => {
      const user = await newUser(a);
      await removeMember(a, user.memberId, { now, ...newOrigin() });
      return signIn(a, { oid: await oidOf(user) });
    },
  ],
  [
    "session.refused",
    "with a link that was used",
    async (a) => {
      const link = await linkFor(a);
      await signIn(a, {}, link)(newOrigin());
      return signIn(a, {}, link);
    },
  ],
  [
    "session.refused",
    "of another organisation, with a link of this one",
    async (a) => {
      const link = await linkFor(a);
      return signIn(await newOrganisation(), {}, link);
    },
  ],
  [
    "session.ended",
    "by signing out",
    async (a) => {
      const id = await begin(a);
      return (o) => endSession(id, "signed_out", o);
    },
  ],
  [
    "session.ended",
    "from another browser",
    async (a) => {
      const id = await begin(a);
      return (o) => endOwnSession(a, id, { now, ...o });
    },
  ],
  [
    "session.ended",
    "everywhere",
    async (a) => {
      await begin(a);
      return (o) => endOwnSessions(a, { now, ...o });
    },
  ],
  [
    "session.ended",
    "by an admin",
    async (a) => {
      const user = await newUser(a);
      await begin(user);
      return (o) => endMemberSessions(a, user.memberId, { now, ...o });
    },
  ],
];

/** An organisation's whole mutable state as one value. */
async function stateOf({ tenantId }: MemberActor): Promise<unknown> {
  const [state] = await prisma().$queryRaw<unknown[]>`
    select (select jsonb_agg(to_jsonb(k) order by k.id) from api_keys k where k.tenant_id = t.id) as keys,
      (select jsonb_agg(to_jsonb(a) order by a.id) from agents a where a.tenant_id = t.id) as agents,
      (select jsonb_agg(to_jsonb(m) order by m.id) from members m where m.tenant_id = t.id) as members,
      (select jsonb_agg(to_jsonb(i) order by i.id) from invitations i where i.tenant_id = t.id) as invitations,
      (select jsonb_agg(to_jsonb(s) order by s.id) from sessions s join members m on m.id = s.member_id
        where m.tenant_id = t.id) as sessions,
      (select count(*)::int from audit_events e where e.tenant_id = t.id) as events,
      (select seq::int from audit_chains c where c.tenant_id = t.id) as place
      from tenants t where t.id = ${tenantId}::uuid`;
  return state;
}

it("every kind of event is covered here", () => {
  expect([...new Set(CHANGES.map(([action]) => action))].sort()).toEqual([...AUDIT_ACTIONS].sort());
});

describe.each(CHANGES)("%s %s", (action, _, prepare) => {
  it("writes one row with who, what, when and from where", async () => {
    const admin = await newOrganisation();
    const change = await prepare(admin);
    const origin = { ...newOrigin(), clientAddress: "198.51.100.9", userAgent: "every-change/1.0" };
    await change(origin);
    const rows = await prisma().auditEvent.findMany({ where: { tenantId: admin.tenantId, ...origin, action } });
    expect(rows).toHaveLength(1);
    const [row] = rows;
    expect(row?.targetType).toBe(action.split(".")[0]);
    for (const id of [row?.actorId, row?.targetId]) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of [row?.actorName, row?.targetName]) expect(name).toMatch(/\S/);
    expect(Math.abs((row?.at.getTime() ?? 0) - Date.now())).toBeLessThan(120_000);
  });

  it("is rolled back when its row can't be written", async () => {
    const admin = await newOrganisation();
    const change = await prepare(admin);
    const before = await stateOf(admin);
    // The database refuses the row after the rest of the transaction was written.
    const done = change({ ...newOrigin(), requestId: "not a UUID" }).then(
      () => "done",
      () => "refused",
    );
    expect(await done).toBe("refused");
    expect(await stateOf(admin)).toEqual(before);
  });
});
