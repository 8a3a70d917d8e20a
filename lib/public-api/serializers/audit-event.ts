import { z } from "zod";

import { ACTOR_KINDS } from "@/lib/audit-log/actions";
import type { AuditEvent } from "@/lib/audit-log/list";

/** A line of the audit log. */
export const auditEventData = z
  .object({
    id: z.guid(),
    at: z.iso.datetime(),
    action: z
      .string()
      .meta({ description: "`<kind of target>.<what happened>`. More may be added: expect unknown ones." }),
    actor: z
      .object({ kind: z.enum(["member", "api_key", "person"]), id: z.guid(), name: z.string() })
      .meta({ description: "`person`: a Microsoft account that is no member; its id is the account's object id." }),
    target: z.object({ type: z.string(), id: z.guid(), name: z.string() }),
    request_id: z.guid().meta({ description: "`X-Request-Id` of the call that did it." }),
    client_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).meta({ description: "More about this action; never a secret." }),
  })
  .meta({
    id: "AuditEvent",
    description: "Who did what, when and from where. Names are as of that time.",
    example: {
      id: "0190a1b2-0000-7000-8000-00000000000d",
      at: "2026-11-01T09:00:00.000Z",
      action: "api_key.created",
      actor: { kind: "member", id: "0190a1b2-0000-7000-8000-00000000000c", name: "Ada Admin" },
      target: { type: "api_key", id: "0190a1b2-0000-7000-8000-00000000000b", name: "Billing export script" },
      request_id: "6b2f0f5e-8f0e-4c52-9c3b-6f6f1a4b8f10",
      client_address: "192.0.2.7",
      user_agent: "curl/8.5.0",
      details: { last4: "Ef01", expires_at: null },
    },
  });

/** An event as the API shows it. */
export function serializeAuditEvent(event: AuditEvent) {
  return {
    id: event.id,
    at: event.at.toISOString(),
    action: event.action,
    actor: { kind: ACTOR_KINDS[event.actorKind], id: event.actorId, name: event.actorName },
    target: { type: event.targetType, id: event.targetId, name: event.targetName },
    request_id: event.requestId,
    client_address: event.clientAddress,
    user_agent: event.userAgent,
    details: event.details,
  };
}
