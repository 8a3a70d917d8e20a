import type { AuditEntry } from "@/lib/audit-log/service";
import { deviceName } from "@/lib/auth/session-device";

/** Why a session ended, as the audit log tells it. A removal of the member tells of it in its own row. */
export type SessionEnd = "signed_out" | "signed_in_again" | "signed_out_everywhere" | "ended_by_admin";

/**
 * The audit entry of a session that was ended, the same whoever ended it and wherever.
 * @param of the member whose session it was
 * @param session its id, and the browser that was signed in with it
 */
export function sessionEnded(
  of: { readonly id: string; readonly name: string },
  session: { readonly id: string; readonly userAgent: string | null },
  reason: SessionEnd,
): AuditEntry {
  return {
    action: "session.ended",
    target: { id: session.id, name: `${of.name}, ${deviceName(session.userAgent)}` },
    details: { member_id: of.id, reason },
  };
}
