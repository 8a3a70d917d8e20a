import { ACTOR_KINDS } from "@/lib/audit-log/actions";
import { EXPORT_COMPLETED } from "@/lib/audit-log/export";
import { jsonbText } from "@/lib/audit-log/jsonb-text";
import type { StoredRow } from "@/lib/audit-log/verify";

type Fields = Readonly<Record<string, unknown>>;

/** The last line of an export (docs/decisions/017). */
export interface ExportEnd {
  readonly rows: number;
  readonly lastHash: string;
  /** The end of the chain when the export began. */
  readonly chain: { readonly seq: number; readonly hash: string };
}

/** What a line of a saved feed is: an event, the end of an export, or why it is neither. */
export type SavedLine =
  | { readonly kind: "event"; readonly row: StoredRow }
  | { readonly kind: "end"; readonly end: ExportEnd }
  | { readonly kind: "unreadable"; readonly why: string };

const STORED_KINDS = new Map(Object.entries(ACTOR_KINDS).map(([stored, shown]) => [shown as unknown, stored]));

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

/** The columns of an event of the API: what differs from an export's names. */
function fromApi(event: Fields): Fields {
  const [actor, target] = [fieldsOf(event.actor), fieldsOf(event.target)];
  return {
    ...event,
    place: event.seq,
    time: event.at,
    event_id: event.id,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: actor.name,
    target_type: target.type,
    target_id: target.id,
    target_name: target.name,
  };
}

/** A row as the hash takes it. What was altered to another type than the column's is text that the hash doesn't cover. */
function rowOf(line: Fields): StoredRow {
  const text = (name: string) => {
    const value = line[name];
    return typeof value === "string" ? value : `not text: ${JSON.stringify(value)}`;
  };
  const nullable = (name: string) => (line[name] === null ? null : text(name));
  return {
    tenantId: text("tenant_id"),
    seq: line.place as number,
    id: text("event_id"),
    at: Date.parse(text("time")),
    action: text("action"),
    actorKind: STORED_KINDS.get(line.actor_kind) ?? "unknown",
    actorId: text("actor_id"),
    actorName: text("actor_name"),
    targetType: text("target_type"),
    targetId: text("target_id"),
    targetName: text("target_name"),
    requestId: text("request_id"),
    clientAddress: nullable("client_address"),
    userAgent: nullable("user_agent"),
    details: jsonbText(line.details ?? null),
    prevHash: text("previous_hash"),
    hash: text("hash"),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a line of the API's NDJSON, or of an export's.
 * @throws Error for an event in OCSF, whose fields are not those that the hash covers
 */
export function readSavedLine(text: string): SavedLine {
  const parsed = parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    return { kind: "unreadable", why: "is not a whole line of JSON" };
  const fields = parsed as Fields;
  if ("class_uid" in fields)
    throw new Error("The file has events in OCSF, which can't be verified. Save the feed without format=ocsf.");
  const line = "seq" in fields ? fromApi(fields) : fields;
  if (line.action === EXPORT_COMPLETED) {
    const { rows, chain_place } = fieldsOf(line.details);
    const end = { rows: Number(rows), lastHash: String(line.previous_hash) };
    return { kind: "end", end: { ...end, chain: { seq: Number(chain_place), hash: String(line.hash) } } };
  }
  if (!Number.isSafeInteger(line.place)) return { kind: "unreadable", why: "is not an audit event" };
  if (!("tenant_id" in line)) return { kind: "unreadable", why: "has no tenant_id: it was saved by an older release" };
  return { kind: "event", row: rowOf(line) };
}
