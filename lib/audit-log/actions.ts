/**
 * Every audited action, `<kind of target>.<what happened>`, with its label. The target of `session.*` is the session, or the
 * refused account, named after its person; of `access.refused` the page or endpoint; otherwise the member, key, application, agent or organisation.
 */
export const AUDIT_LABELS = {
  "access.refused": "Access refused",
  "agent.created": "Agent created",
  "agent.deleted": "Agent deleted",
  "agent.updated": "Agent changed",
  "application.bound": "Application bound",
  "application.refused": "Application refused",
  "application.unbound": "Application unbound",
  "application.updated": "Application changed",
  "api_key.created": "Key created",
  "api_key.refused": "Key refused",
  "api_key.revoked": "Key revoked",
  "api_key.rotated": "Key rotated",
  "api_key.updated": "Key changed",
  "api_key.warning_dismissed": "Key warning dismissed",
  "api_key.warning_restored": "Key warning restored",
  "member.account_deleted": "Account deleted",
  "member.account_disabled": "Account disabled",
  "member.account_restored": "Account enabled again",
  "member.invited": "Member invited",
  "member.joined": "Member joined",
  "member.removed": "Member removed",
  "member.restored": "Member restored",
  "member.role_changed": "Role changed",
  "organisation.key_managers_allowed": "Key managers allowed",
  "organisation.key_managers_disallowed": "Key managers disallowed",
  "session.ended": "Session ended",
  "session.refused": "Sign-in refused",
  "session.started": "Signed in",
} as const satisfies Record<`${string}.${string}`, string>;

export type AuditAction = keyof typeof AUDIT_LABELS;

/** Every action, by name. */
export const AUDIT_ACTIONS = Object.keys(AUDIT_LABELS) as [AuditAction, ...AuditAction[]];

/** The kinds of target with their labels. */
export const TARGET_LABELS = {
  access: "Access",
  agent: "Agent",
  api_key: "API key",
  application: "Application",
  member: "Member",
  organisation: "Organisation",
  session: "Session",
} as const satisfies Record<AuditAction extends `${infer Kind}.${string}` ? Kind : never, string>;

export type TargetKind = keyof typeof TARGET_LABELS;

/** Every kind of target, by name. */
export const TARGET_KINDS = Object.keys(TARGET_LABELS) as [TargetKind, ...TargetKind[]];

/** Who acted: the stored kinds, as the API and exports name them. */
export const ACTOR_KINDS = {
  MEMBER: "member",
  API_KEY: "api_key",
  APPLICATION: "application",
  PERSON: "person",
} as const;

/** The target's id where it has none: a page, an endpoint. */
export const NO_ID = "00000000-0000-0000-0000-000000000000";

/** Longest stored user agent, in characters: callers send anything. */
export const USER_AGENT_MAX = 512;

/** Where a request came from, as far as its entrance knows. */
export interface RequestOrigin {
  /** The id in the log line and in `X-Request-Id`, a UUID. */
  readonly requestId: string;
  /** As far as it is believed (TRUSTED_PROXY_HOPS); null when it is not known. */
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
}

/** The request that makes a change: where it came from, and `now`, the database's clock. */
export interface RequestContext extends RequestOrigin {
  readonly now: Date;
}
