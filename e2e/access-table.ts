// Who may open and call what: one row for each page, route and server action. e2e/access-table.spec.ts finds them all
// in the source and in the build, and fails for one without a row here.
import { type Database } from "./fixtures";

export type Role = "Admin" | "User" | "Viewer";

/** What a person in Contoso acts on, created for each call. */
export interface Targets {
  readonly keyId: string;
  readonly keyName: string;
  /** The old key of a rotation, in its overlap. */
  readonly oldKeyId: string;
  readonly agentId: string;
  readonly agentName: string;
  /** A member of Contoso whom nobody signs in as. */
  readonly memberId: string;
  /** A person invited to Contoso. */
  readonly invitedId: string;
  /** A person removed from Contoso. */
  readonly removedId: string;
  /** Another session of the caller, or of a member of Contoso when the caller is not one. */
  readonly sessionId: string;
  /** A bound application. */
  readonly applicationId: string;
  readonly applicationName: string;
}

/** A page: the lowest role that sees it; `anyone` needs no sign-in. `[name]` in the path is filled in by `path`. */
export interface PageRow {
  readonly least: Role | "anyone";
  readonly path?: (targets: Targets) => string;
  /** Text that only this organisation's people may read there. */
  readonly shows?: (targets: Targets) => string;
  /** Where it redirects, by caller. */
  readonly leadsTo?: (who: Role | null) => string | null;
  /** What another organisation's people read instead. */
  readonly notFound?: string;
}

export const PAGES: Readonly<Record<string, PageRow>> = {
  "/": { least: "anyone", leadsTo: () => "/agents" },
  "/sign-in": { least: "anyone", leadsTo: (who) => (who ? "/" : null) },
  "/access-denied": { least: "Viewer", leadsTo: (who) => (who === "Admin" ? "/" : null) },
  "/not-in-organisation": { least: "anyone" },
  "/agents": { least: "Viewer", shows: ({ agentName }) => agentName },
  "/agents/[agentId]": {
    least: "Viewer",
    path: ({ agentId }) => `/agents/${agentId}`,
    shows: ({ agentName }) => agentName,
    notFound: "Agent not found",
  },
  "/quickstart": { least: "Viewer" },
  "/api-reference": { least: "Viewer" },
  "/account/sessions": { least: "Viewer" },
  "/roles-access": { least: "Admin", leadsTo: () => "/roles-access/api-keys" },
  "/roles-access/api-keys": { least: "Admin", shows: ({ keyName }) => keyName },
  "/roles-access/api-keys/[keyId]": {
    least: "Admin",
    path: ({ keyId }) => `/roles-access/api-keys/${keyId}`,
    shows: ({ keyName }) => keyName,
    notFound: "Key not found",
  },
  "/roles-access/applications": { least: "Admin", shows: ({ applicationName }) => applicationName },
  "/roles-access/applications/[applicationId]": {
    least: "Admin",
    path: ({ applicationId }) => `/roles-access/applications/${applicationId}`,
    shows: ({ applicationName }) => applicationName,
    notFound: "Application not found",
  },
  "/roles-access/members": { least: "Admin", shows: () => "Table's spare member" },
  "/roles-access/audit-log": { least: "Admin" },
  "/[...unknown]": { least: "anyone", path: () => "/no-such-page" },
  "/invitation/[token]": { least: "anyone", path: () => "/invitation/no-such-token" },
};

/** A server action: the lowest role that may call it, and a call that would work for it. */
export interface ActionRow {
  readonly least: Role;
  readonly input: (targets: Targets) => unknown;
  /** What another organisation's admin gets for this organisation's target; `own` when it names none and acts on the caller's. */
  readonly foreign: "NOT_FOUND" | "own";
  /** Changes nothing for anyone. */
  readonly reads?: true;
  /** Requires that the last sign-in with Microsoft is recent. */
  readonly fresh?: true;
}

const binding = (name: string) => ({ name, role: "Integration", expiresAt: null, networks: "", note: null });

/** By file and name, as in the build. */
export const ACTIONS: Readonly<Record<string, ActionRow>> = {
  "app/(dashboard)/roles-access/api-keys/actions.ts#createKeyAction": {
    least: "Admin",
    input: () => ({ name: "Made by the table", expiry: { kind: "never" } }),
    foreign: "own",
    fresh: true,
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#rotateKeyAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyId, expiry: { kind: "same" } }),
    foreign: "NOT_FOUND",
    fresh: true,
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#dismissWarningAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyId, reason: "no_expiry" }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#restoreWarningAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyId, reason: "unused" }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#revokeKeyAction": {
    least: "Admin",
    input: ({ keyId, keyName }) => ({ keyId, typedName: keyName }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#previewRevocationAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyIds: [keyId] }),
    foreign: "own",
    reads: true,
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#revokeKeysAction": {
    least: "Admin",
    input: ({ keyId }) => ({
      keyIds: [keyId],
      knownInUse: [],
      knownRetiring: [],
      reason: "Revoked by the table",
      typedCount: "1",
    }),
    foreign: "NOT_FOUND",
    fresh: true,
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#exportKeysAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyIds: [keyId] }),
    foreign: "own",
    reads: true,
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#endOverlapAction": {
    least: "Admin",
    input: ({ oldKeyId }) => ({ keyId: oldKeyId }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#updateKeyAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyId, note: "Changed by the table" }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/api-keys/actions.ts#takeOverKeyAction": {
    least: "Admin",
    input: ({ keyId }) => ({ keyId }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/agents/actions.ts#updateAgentAction": {
    least: "User",
    input: ({ agentId, agentName }) => ({ agentId, name: `${agentName}, changed`, enabled: false }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/account/sessions/actions.ts#endSessionAction": {
    least: "Viewer",
    input: ({ sessionId }) => ({ sessionId }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/account/sessions/actions.ts#endOwnSessionsAction": {
    least: "Viewer",
    input: () => ({}),
    foreign: "own",
  },
  "app/(dashboard)/roles-access/applications/actions.ts#bindApplicationAction": {
    least: "Admin",
    input: ({ keyId }) => ({ ...binding("Bound by the table"), clientId: keyId, oid: keyId }),
    foreign: "own",
    fresh: true,
  },
  "app/(dashboard)/roles-access/applications/actions.ts#updateApplicationAction": {
    least: "Admin",
    input: ({ applicationId }) => ({ ...binding("Changed by the table"), applicationId }),
    foreign: "NOT_FOUND",
    fresh: true,
  },
  "app/(dashboard)/roles-access/applications/actions.ts#allowKeyManagersAction": {
    least: "Admin",
    input: () => ({ allowed: true }),
    foreign: "own",
    fresh: true,
  },
  "app/(dashboard)/roles-access/applications/actions.ts#unbindApplicationAction": {
    least: "Admin",
    input: ({ applicationId }) => ({ applicationId }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/members/actions.ts#inviteMemberAction": {
    least: "Admin",
    input: () => ({ name: "Table's guest", email: "guest@table.example", role: "Viewer" }),
    foreign: "own",
    fresh: true,
  },
  "app/(dashboard)/roles-access/members/actions.ts#renewInvitationAction": {
    least: "Admin",
    input: ({ invitedId }) => ({ memberId: invitedId }),
    foreign: "NOT_FOUND",
    fresh: true,
  },
  "app/(dashboard)/roles-access/members/actions.ts#changeRoleAction": {
    least: "Admin",
    input: ({ memberId }) => ({ memberId, role: "User" }),
    foreign: "NOT_FOUND",
    fresh: true,
  },
  "app/(dashboard)/roles-access/members/actions.ts#removeMemberAction": {
    least: "Admin",
    input: ({ memberId }) => ({ memberId }),
    foreign: "NOT_FOUND",
  },
  "app/(dashboard)/roles-access/members/actions.ts#restoreMemberAction": {
    least: "Admin",
    input: ({ removedId }) => ({ memberId: removedId }),
    foreign: "NOT_FOUND",
    fresh: true,
  },
  "app/(dashboard)/roles-access/members/actions.ts#endMemberSessionsAction": {
    least: "Admin",
    input: ({ memberId }) => ({ memberId }),
    foreign: "NOT_FOUND",
  },
};

/** Actions that anyone may call and that change nothing, each with its own test in e2e/access-table.spec.ts. */
export const OPEN_ACTIONS = ["app/(auth)/invitation/[token]/actions.ts#takeInvitationAlongAction"];

/** A public API operation: whether a key may call it, the lowest role that may, and a call that works. */
export interface OperationRow {
  readonly key: boolean;
  readonly least: Role | "anyone";
  readonly path?: (targets: Targets) => string;
  readonly body?: unknown;
  readonly status?: 201;
  /** Requires that the last sign-in of a person is recent. */
  readonly fresh?: true;
}

const agentPath = ({ agentId }: Targets) => `/public-api/agents/${agentId}`;
const agentBody = { name: "Made by the table", trigger_type: "NONE", actions: [] };

/** By method and path, as in the OpenAPI document. */
export const OPERATIONS: Readonly<Record<string, OperationRow>> = {
  "GET /public-api/health": { key: true, least: "anyone" },
  "GET /public-api/openapi.json": { key: true, least: "anyone" },
  "GET /public-api/postman.json": { key: true, least: "anyone" },
  "GET /public-api/me": { key: true, least: "Viewer" },
  "GET /public-api/tenant": { key: true, least: "Viewer" },
  "GET /public-api/agents": { key: true, least: "Viewer" },
  "POST /public-api/agents": { key: true, least: "User", body: agentBody, status: 201 },
  "GET /public-api/agents/{agent_id}": { key: true, least: "Viewer", path: agentPath },
  "PUT /public-api/agents/{agent_id}": { key: true, least: "User", path: agentPath, body: { enabled: false } },
  "DELETE /public-api/agents/{agent_id}": { key: true, least: "Admin", path: agentPath },
  "GET /public-api/api-keys": { key: false, least: "Admin" },
  "POST /public-api/api-keys": {
    key: false,
    least: "Admin",
    body: { name: "Made by the table" },
    status: 201,
    fresh: true,
  },
  "GET /public-api/api-keys/{key_id}": {
    key: false,
    least: "Admin",
    path: ({ keyId }) => `/public-api/api-keys/${keyId}`,
  },
  "PUT /public-api/api-keys/{key_id}": {
    key: false,
    least: "Admin",
    path: ({ keyId }) => `/public-api/api-keys/${keyId}`,
    body: { note: "Changed by the table" },
  },
  "POST /public-api/api-keys/{key_id}/rotate": {
    key: false,
    least: "Admin",
    path: ({ keyId }) => `/public-api/api-keys/${keyId}/rotate`,
    fresh: true,
    status: 201,
  },
  "DELETE /public-api/api-keys/{key_id}": {
    key: false,
    least: "Admin",
    path: ({ keyId }) => `/public-api/api-keys/${keyId}`,
  },
  "GET /public-api/api-keys/{key_id}/usage": {
    key: false,
    least: "Admin",
    path: ({ keyId }) => `/public-api/api-keys/${keyId}/usage`,
  },
  "GET /public-api/audit-events": { key: false, least: "Admin" },
};

/** Routes outside the public API, each with its own test. */
export const OTHER_ROUTES = [
  "/api/auth/[...nextauth]",
  "/api/health",
  "/api/metrics",
  "/api/ready",
  "/api/refused-action",
  "/api/reload",
  "/command-palette",
  "/public-api/[[...unknown]]",
  "/roles-access/api-keys/export",
  "/roles-access/api-keys/first-use",
  "/roles-access/api-keys/name-taken",
  "/roles-access/api-keys/network-use",
  "/roles-access/api-keys/rotation",
  "/roles-access/api-keys/selectable",
  "/roles-access/api-keys/usage-export",
  "/roles-access/applications/usage-export",
  "/roles-access/audit-log/export",
  "/roles-access/members/people",
];

/** Everything in Contoso that a call could change, as one string, without traces of calls (last seen, audit). */
export async function stateOf(db: Database, entraTenantId: string): Promise<unknown> {
  const rows = await db.query(
    `with t as (select id, key_managers_allowed from tenants where entra_tenant_id = $1::uuid)
     select (select key_managers_allowed from t) as key_managers_allowed,
       (select jsonb_agg(to_jsonb(k) - 'last_used_at' order by k.id) from api_keys k, t where k.tenant_id = t.id) as keys,
       (select jsonb_agg(to_jsonb(d) order by d.key_id, d.reason) from key_warning_dismissals d, t where d.tenant_id = t.id)
         as dismissals,
       (select jsonb_agg(to_jsonb(a) order by a.id) from agents a, t where a.tenant_id = t.id) as agents,
       (select jsonb_agg(to_jsonb(p) - 'last_used_at' order by p.id) from applications p, t where p.tenant_id = t.id)
         as applications,
       (select jsonb_agg(to_jsonb(m) - 'last_active_at' order by m.id) from members m, t where m.tenant_id = t.id) as members,
       (select jsonb_agg(to_jsonb(i) order by i.id) from invitations i, t where i.tenant_id = t.id) as invitations,
       (select jsonb_agg(jsonb_build_array(s.id, s.ended_at) order by s.id) from sessions s
          join members m on m.id = s.member_id, t where m.tenant_id = t.id) as sessions`,
    [entraTenantId],
  );
  return rows[0];
}
