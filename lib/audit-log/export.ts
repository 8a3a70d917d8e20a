import { ACTOR_KINDS } from "@/lib/audit-log/actions";
import { CHAIN_START } from "@/lib/audit-log/chain";
import type { AuditEventModel } from "@/lib/generated/prisma/models";

/** The export formats. */
export const EXPORT_FORMATS = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = [
  "place",
  "time",
  "action",
  "actor_kind",
  "actor_id",
  "actor_name",
  "target_type",
  "target_id",
  "target_name",
  "request_id",
  "client_address",
  "user_agent",
  "details",
  "event_id",
  "previous_hash",
  "hash",
] as const;

type Exported = Record<(typeof COLUMNS)[number], unknown>;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function exported(event: AuditEventModel): Exported {
  return {
    place: Number(event.seq),
    time: event.at.toISOString(),
    action: event.action,
    actor_kind: ACTOR_KINDS[event.actorKind],
    actor_id: event.actorId,
    actor_name: event.actorName,
    target_type: event.targetType,
    target_id: event.targetId,
    target_name: event.targetName,
    request_id: event.requestId,
    client_address: event.clientAddress,
    user_agent: event.userAgent,
    details: event.details,
    event_id: event.id,
    previous_hash: hex(event.prevHash),
    hash: hex(event.hash),
  };
}

/** Characters that begin a formula; some spreadsheets accept full-width ones too. */
const FORMULA = "[=+\\-@＝＋－＠]";
const AT_START = new RegExp(`^(?:[\\t\\r\\n]|[\\s"]*${FORMULA})`);
/** Where a spreadsheet that separates cells by semicolons or tabs begins the next cell. */
const AFTER_SEPARATOR = new RegExp(`([;\\t\\r\\n][\\s"]*)(?=${FORMULA})`, "g");

/**
 * A CSV field (RFC 4180), quoted where needed. An apostrophe turns what a spreadsheet would run as a formula into text (OWASP,
 * "CSV Injection"): at the beginning, and wherever another reader would begin a cell.
 * @param value null for an empty field
 */
export function csvField(value: string | null): string {
  if (value === null) return "";
  const inside = value.replace(AFTER_SEPARATOR, "$1'");
  const text = AT_START.test(value) ? `'${inside}` : inside;
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The first bytes of a file. The byte order mark makes Excel read UTF-8. */
export function exportHead(format: ExportFormat): string {
  return format === "csv" ? `\ufeff${COLUMNS.join(",")}\r\n` : "";
}

/** One event as a line. */
export function exportLine(format: ExportFormat, event: AuditEventModel): string {
  return line(format, exported(event));
}

/** The end of the chain when an export began. */
export interface ExportedChain {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/** The `action` of the last line of a file, which no event has. */
const EXPORT_COMPLETED = "export.completed";

/**
 * The last line of a file; a file without it is incomplete. It has the columns of an event, most of them empty.
 * @param rows the number of events
 * @param lastHash the hash of the last event; null without any
 */
function exportEnd(format: ExportFormat, rows: number, lastHash: Uint8Array | null, chain: ExportedChain): string {
  return line(format, {
    ...(Object.fromEntries(COLUMNS.map((column) => [column, null])) as Exported),
    action: EXPORT_COMPLETED,
    details: { rows, chain_place: Number(chain.seq) },
    previous_hash: lastHash ? hex(lastHash) : CHAIN_START,
    hash: hex(chain.hash),
  });
}

function line(format: ExportFormat, row: Exported): string {
  if (format === "ndjson") return `${JSON.stringify(row)}\n`;
  const fields = COLUMNS.map((column) => {
    const value = row[column];
    if (value === null || typeof value === "string") return csvField(value);
    return csvField(JSON.stringify(value));
  });
  return `${fields.join(",")}\r\n`;
}

/** The content type of each format. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
};

/** The approximate maximum size of a chunk, so that a slow reader keeps little in memory. */
const CHUNK = 64 * 1024;

/**
 * A file as a stream at the pace of its reader: a batch is read when the previous one was taken.
 * @param batches rows, and finally the end of the chain; closed when the reader disconnects
 */
export function exportStream(
  format: ExportFormat,
  batches: AsyncGenerator<AuditEventModel[], ExportedChain, undefined>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let text = exportHead(format);
  // The rest of the batch; lines are made as they are taken.
  let rows: Iterator<AuditEventModel> = [].values();
  let count = 0;
  let lastHash: Uint8Array | null = null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let row = rows.next();
        if (row.done) {
          const { done, value } = await batches.next();
          if (done) {
            controller.enqueue(encoder.encode(text + exportEnd(format, count, lastHash, value)));
            controller.close();
            return;
          }
          rows = value.values();
          row = rows.next();
        }
        for (; !row.done; row = rows.next()) {
          text += exportLine(format, row.value);
          count++;
          lastHash = row.value.hash;
          if (text.length >= CHUNK) break;
        }
        controller.enqueue(encoder.encode(text));
        text = "";
      },
      async cancel() {
        // Nothing more is read; the value is unused.
        await batches.return({ seq: 0n, hash: new Uint8Array() });
      },
    },
    { highWaterMark: 1 },
  );
}
