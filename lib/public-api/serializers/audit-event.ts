import { z } from "zod";

import { ACTOR_KINDS } from "@/lib/audit-log/actions";
import { CHAIN_START } from "@/lib/audit-log/chain";
import type { AuditEventModel } from "@/lib/generated/prisma/models";
import { hex } from "@/lib/text/hex";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A line of the audit log. */
export const auditEventData = z
  .object({
    id: z.guid(),
    at: z.iso.datetime(),
    action: z
      .string()
      .meta({ description: "`<kind of target>.<what happened>`. More may be added: expect unknown ones." }),
    actor: z
      .object({ kind: z.enum(["member", "api_key", "application", "person"]), id: z.guid(), name: z.string() })
      .meta({
        description:
          "`person`: a Microsoft account that is no member; its id is the account's object id, or zeros for Microsoft Entra ID itself.",
      }),
    target: z.object({ type: z.string(), id: z.guid(), name: z.string() }),
    request_id: z.guid().meta({ description: "`X-Request-Id` of the call that did it." }),
    client_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).meta({ description: "More about this action; never a secret." }),
    tenant_id: z.guid().meta({ description: "The organisation." }),
    seq: z
      .int()
      .positive()
      .meta({ description: "The event's place in the organisation's chain: 1, 2, 3, without gaps." }),
    previous_hash: sha256.meta({ description: "`hash` of the event before it; zeros for the first." }),
    hash: sha256.meta({ description: "SHA-256 of this event and `previous_hash`, in hex." }),
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
      tenant_id: "0190a1b2-0000-7000-8000-000000000001",
      seq: 1,
      previous_hash: CHAIN_START,
      hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
  });

/** An event as the API shows it. */
export function serializeAuditEvent(event: AuditEventModel) {
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
    tenant_id: event.tenantId,
    seq: Number(event.seq),
    previous_hash: hex(event.prevHash),
    hash: hex(event.hash),
  };
}
