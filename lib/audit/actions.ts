/** Everything the audit log tells of: `<kind of target>.<what happened to it>`. */
export const AUDIT_ACTIONS = [
  "agent.created",
  "agent.deleted",
  "agent.updated",
  "api_key.created",
  "api_key.revoked",
  "api_key.rotated",
  "session.ended",
  "member.invited",
  "member.joined",
  "member.removed",
  "member.restored",
  "member.role_changed",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Longest user agent that is kept, in characters: it is whatever the caller sent. */
export const USER_AGENT_MAX = 512;

/** Where a change came from, as far as the door it came through knows. */
export interface RequestOrigin {
  /** The id in the log line and in `X-Request-Id`, a UUID. */
  readonly requestId: string;
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
}
