import { z } from "zod";

import { AUDIT_LABELS, type AuditAction } from "@/lib/audit-log/actions";
import { CHAIN_START } from "@/lib/audit-log/chain";
import { VERSION } from "@/lib/config/version";
import type { AuditEventModel } from "@/lib/generated/prisma/models";
import { serializeAuditEvent } from "@/lib/public-api/serializers/audit-event";

/** The version of the Open Cybersecurity Schema Framework: https://schema.ocsf.io/1.3.0. */
const OCSF_VERSION = "1.3.0";

/** The classes in use, with their activities. */
const CLASSES = {
  "Account Change": { uid: 3001, activities: { Create: 1, Enable: 2, Disable: 5, Delete: 6, Other: 99 } },
  Authentication: { uid: 3002, activities: { Logon: 1, Logoff: 2 } },
  "Entity Management": { uid: 3004, activities: { Create: 1, Update: 3, Delete: 4, Other: 99 } },
  "User Access Management": { uid: 3005, activities: { "Assign Privileges": 1 } },
  "API Activity": { uid: 6003, activities: { Other: 99 } },
} as const;

type ClassName = keyof typeof CLASSES;

/** What an action is: a class and one of its activities. */
type Mapping = {
  readonly [Name in ClassName]: readonly [className: Name, activity: keyof (typeof CLASSES)[Name]["activities"]];
}[ClassName];

/** Every action (docs/api.md, "OCSF"). */
export const OCSF_ACTIONS: Readonly<Record<AuditAction, Mapping>> = {
  "access.refused": ["API Activity", "Other"],
  "agent.created": ["Entity Management", "Create"],
  "agent.deleted": ["Entity Management", "Delete"],
  "agent.updated": ["Entity Management", "Update"],
  "api_key.created": ["Entity Management", "Create"],
  "api_key.refused": ["API Activity", "Other"],
  "api_key.revoked": ["Entity Management", "Delete"],
  "api_key.rotated": ["Entity Management", "Update"],
  "api_key.updated": ["Entity Management", "Update"],
  "api_key.warning_dismissed": ["Entity Management", "Other"],
  "api_key.warning_restored": ["Entity Management", "Other"],
  "application.bound": ["Entity Management", "Create"],
  "application.refused": ["API Activity", "Other"],
  "application.unbound": ["Entity Management", "Delete"],
  "application.updated": ["Entity Management", "Update"],
  "organisation.key_managers_allowed": ["Entity Management", "Update"],
  "organisation.key_managers_disallowed": ["Entity Management", "Update"],
  "member.account_deleted": ["Account Change", "Delete"],
  "member.account_disabled": ["Account Change", "Disable"],
  "member.account_restored": ["Account Change", "Enable"],
  "member.invited": ["Account Change", "Create"],
  "member.joined": ["Account Change", "Enable"],
  "member.removed": ["Account Change", "Disable"],
  "member.restored": ["Account Change", "Enable"],
  "member.role_changed": ["User Access Management", "Assign Privileges"],
  "session.ended": ["Authentication", "Logoff"],
  "session.refused": ["Authentication", "Logon"],
  "session.started": ["Authentication", "Logon"],
};

/** An action that a newer release wrote, while this one still runs. */
const UNKNOWN: Mapping = ["Entity Management", "Other"];

const REFUSALS = new Set(["access.refused", "api_key.refused", "application.refused", "session.refused"]);

/** The numbers of an action's class and activity. */
function classOf(action: string) {
  const [className, activity] = (OCSF_ACTIONS as Readonly<Record<string, Mapping>>)[action] ?? UNKNOWN;
  const { uid, activities } = CLASSES[className];
  const activityId = (activities as Readonly<Record<string, number>>)[activity] ?? 99;
  const label = (AUDIT_LABELS as Readonly<Record<string, string>>)[action] ?? action;
  return {
    category_uid: Math.floor(uid / 1_000),
    category_name: uid < 6_000 ? "Identity & Access Management" : "Application Activity",
    class_uid: uid,
    class_name: className,
    activity_id: activityId,
    // OCSF: the source's own word for an activity that is "Other".
    activity_name: activityId === 99 ? label : activity,
    type_uid: uid * 100 + activityId,
    type_name: `${className}: ${activity}`,
    message: label,
  };
}

/** User types: 1 is a person; what OCSF has no number for is 99, with its name. */
const USER_TYPES = {
  member: { type_id: 1, type: "User" },
  api_key: { type_id: 99, type: "API key" },
  application: { type_id: 99, type: "Application" },
  organisation: { type_id: 99, type: "Organisation" },
  person: { type_id: 99, type: "Microsoft account" },
} as const;

type Event = ReturnType<typeof serializeAuditEvent>;

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

/** The account that an event of a member or a session is about. */
function userOf({ target, actor, details, tenant_id }: Event) {
  const org = { uid: tenant_id };
  if (target.type === "member") return { uid: target.id, name: target.name, org };
  const { member_id } = (details ?? {}) as Readonly<Record<string, unknown>>;
  const uid = text(member_id) ?? actor.id;
  // Where an admin ended the session, the event has no name of its own for the member.
  return { uid, ...(uid === actor.id && { name: actor.name }), org };
}

/** The attributes that each class has of its own. */
function attributesOf(event: Event): Partial<OcsfEvent> {
  const { action, target, client_address } = event;
  const { class_name } = classOf(action);
  const { to, reason, operation } = (event.details ?? {}) as Readonly<Record<string, unknown>>;
  switch (class_name) {
    case "Account Change":
      return { user: userOf(event) };
    case "User Access Management":
      return { user: userOf(event), privileges: [text(to) ?? "unknown"] };
    case "Authentication":
      return {
        user: userOf(event),
        service: { name: "Neo" },
        is_remote: true,
        ...(action !== "session.refused" && { session: { uid: target.id } }),
        ...(text(reason) && { status_detail: text(reason) }),
      };
    case "API Activity":
      // The class requires an endpoint, and an endpoint an attribute.
      return {
        api: { operation: text(operation) ?? target.name },
        ...(text(reason) && { status_detail: text(reason) }),
        src_endpoint: client_address ? { ip: client_address } : { name: "unknown" },
      };
    case "Entity Management":
      return { entity: { type: target.type, uid: target.id, name: target.name } };
  }
}

const organisation = z.object({ uid: z.guid() });
const user = z.object({
  uid: z.guid(),
  name: z.string().optional(),
  type_id: z.int().optional(),
  type: z.string().optional(),
  org: organisation,
});

/** The ids of the example, which is the one of `AuditEvent`. */
const ID = {
  event: "0190a1b2-0000-7000-8000-00000000000d",
  actor: "0190a1b2-0000-7000-8000-00000000000c",
  target: "0190a1b2-0000-7000-8000-00000000000b",
  tenant: "0190a1b2-0000-7000-8000-000000000001",
  request: "6b2f0f5e-8f0e-4c52-9c3b-6f6f1a4b8f10",
};

/** An audit event in OCSF. */
export const ocsfEventData = z
  .object({
    category_uid: z.int(),
    category_name: z.string(),
    class_uid: z.int().meta({ description: "The class, e.g. 3002: Authentication." }),
    class_name: z.string(),
    activity_id: z.int(),
    activity_name: z.string(),
    type_uid: z.int().meta({ description: "`class_uid` × 100 + `activity_id`." }),
    type_name: z.string(),
    time: z.int().meta({ description: "Epoch milliseconds. Not the order of events: that is `metadata.sequence`." }),
    severity_id: z.int().meta({ description: "1: informational; 2: low, for refusals." }),
    severity: z.string(),
    status_id: z.int().meta({ description: "1: success; 2: failure, for refusals." }),
    status: z.string(),
    status_detail: z.string().optional(),
    message: z.string(),
    metadata: z.object({
      version: z.string().meta({ description: "Of OCSF." }),
      product: z.object({ name: z.string(), vendor_name: z.string(), version: z.string() }),
      uid: z.guid().meta({ description: "The event's `id`." }),
      event_code: z.string().meta({ description: "The event's `action`." }),
      sequence: z.int().meta({ description: "The event's `seq`." }),
      correlation_uid: z.guid().meta({ description: "The event's `request_id`." }),
      log_name: z.string(),
    }),
    actor: z.object({ user }),
    src_endpoint: z.object({ ip: z.string().optional(), name: z.string().optional() }).optional(),
    http_request: z.object({ uid: z.guid(), user_agent: z.string().optional() }),
    user: user.optional(),
    privileges: z.array(z.string()).optional(),
    session: z.object({ uid: z.guid() }).optional(),
    service: z.object({ name: z.string() }).optional(),
    is_remote: z.boolean().optional(),
    entity: z.object({ type: z.string(), uid: z.guid(), name: z.string() }).optional(),
    api: z.object({ operation: z.string() }).optional(),
    unmapped: z
      .object({
        tenant_id: z.guid(),
        action: z.string(),
        target: z.object({ type: z.string(), id: z.guid(), name: z.string() }),
        seq: z.int().positive(),
        previous_hash: z.string(),
        hash: z.string(),
        details: z.record(z.string(), z.unknown()),
      })
      .meta({ description: "The fields of an `AuditEvent` that OCSF has no attributes for." }),
  })
  .meta({
    id: "OcsfEvent",
    description: `An audit event as OCSF ${OCSF_VERSION} has it, with \`format=ocsf\`.`,
    example: {
      category_uid: 3,
      category_name: "Identity & Access Management",
      class_uid: 3004,
      class_name: "Entity Management",
      activity_id: 1,
      activity_name: "Create",
      type_uid: 300_401,
      type_name: "Entity Management: Create",
      message: "Key created",
      time: 1_793_523_600_000,
      severity_id: 1,
      severity: "Informational",
      status_id: 1,
      status: "Success",
      metadata: {
        version: OCSF_VERSION,
        product: { name: "Neo", vendor_name: "Neo", version: VERSION },
        uid: ID.event,
        event_code: "api_key.created",
        sequence: 1,
        correlation_uid: ID.request,
        log_name: "audit",
      },
      actor: { user: { uid: ID.actor, name: "Ada Admin", type_id: 1, type: "User", org: { uid: ID.tenant } } },
      src_endpoint: { ip: "192.0.2.7" },
      http_request: { uid: ID.request, user_agent: "curl/8.5.0" },
      entity: { type: "api_key", uid: ID.target, name: "Billing export script" },
      unmapped: {
        tenant_id: ID.tenant,
        action: "api_key.created",
        target: { type: "api_key", id: ID.target, name: "Billing export script" },
        seq: 1,
        previous_hash: CHAIN_START,
        hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        details: { last4: "Ef01", expires_at: null },
      },
    },
  });

type OcsfEvent = z.output<typeof ocsfEventData>;

/** An event in OCSF. */
export function serializeOcsfEvent(row: AuditEventModel): OcsfEvent {
  const event = serializeAuditEvent(row);
  const { id, action, actor, target, client_address, user_agent, tenant_id, seq, previous_hash, hash } = event;
  const isRefusal = REFUSALS.has(action);
  return {
    ...classOf(action),
    time: row.at.getTime(),
    ...(isRefusal ? { severity_id: 2, severity: "Low" } : { severity_id: 1, severity: "Informational" }),
    ...(isRefusal ? { status_id: 2, status: "Failure" } : { status_id: 1, status: "Success" }),
    metadata: {
      version: OCSF_VERSION,
      product: { name: "Neo", vendor_name: "Neo", version: VERSION },
      uid: id,
      event_code: action,
      sequence: seq,
      correlation_uid: event.request_id,
      log_name: "audit",
    },
    actor: { user: { uid: actor.id, name: actor.name, ...USER_TYPES[actor.kind], org: { uid: tenant_id } } },
    ...(client_address !== null && { src_endpoint: { ip: client_address } }),
    http_request: { uid: event.request_id, ...(user_agent !== null && { user_agent }) },
    ...attributesOf(event),
    unmapped: {
      tenant_id,
      action,
      target,
      seq,
      previous_hash,
      hash,
      details: event.details as Record<string, unknown>,
    },
  };
}
