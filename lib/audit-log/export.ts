import { ACTOR_KINDS } from "@/lib/audit-log/actions";
import { CHAIN_START } from "@/lib/audit-log/chain";
import type { AuditEventModel } from "@/lib/generated/prisma/models";

/** The forms an export has. */
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

/** What begins a formula; the full-width signs are the same to some. */
const FORMULA = "[=+\\-@＝＋－＠]";
const AT_START = new RegExp(`^(?:[\\t\\r\\n]|[\\s"]*${FORMULA})`);
/** What a spreadsheet that parts fields by semicolons or tabs, as those of half the world do, takes for the next cell. */
const AFTER_SEPARATOR = new RegExp(`([;\\t\\r\\n][\\s"]*)(?=${FORMULA})`, "g");

/**
 * A field of a CSV file (RFC 4180): in quotes where it needs them. What a spreadsheet would take for a formula gets an
 * apostrophe in front, which makes it text (OWASP, "CSV Injection"): at the beginning, and where another reader of the file
 * would begin a cell.
 * @param value null is an empty field
 */
export function csvField(value: string | null): string {
  if (value === null) return "";
  const inside = value.replace(AFTER_SEPARATOR, "$1'");
  const text = AT_START.test(value) ? `'${inside}` : inside;
  return /[",\r\n]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What a file begins with. The mark says to Excel that what follows is UTF-8. */
export function exportHead(format: ExportFormat): string {
  return format === "csv" ? `\ufeff${COLUMNS.join(",")}\r\n` : "";
}

/** One event as a line of the file. */
export function exportLine(format: ExportFormat, event: AuditEventModel): string {
  return line(format, exported(event));
}

/** Where a chain of events ended when an export began. */
export interface ExportedChain {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/** The `action` of the last line of a file. No event has it. */
export const EXPORT_COMPLETED = "export.completed";

/**
 * The last line of a file: without it the file was cut. It has the same columns as an event, most of them empty.
 * @param rows the events before it
 * @param lastHash the hash of the last of them; null without any
 */
export function exportEnd(
  format: ExportFormat,
  rows: number,
  lastHash: Uint8Array | null,
  chain: ExportedChain,
): string {
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

/** The content type of each form. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
};

/** A piece of the file is about this long at most: what is on its way to a slow reader is little, whatever the rows hold. */
const PIECE = 64 * 1024;

/**
 * A file as a stream that is read at the pace of whoever takes it: a batch is asked for when the one before it is gone.
 * @param batches rows, some at a time, and in the end where the chain ended; closed when the reader hangs up
 */
export function exportStream(
  format: ExportFormat,
  batches: AsyncGenerator<AuditEventModel[], ExportedChain, undefined>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let text = exportHead(format);
  // What is left of the batch; its lines are made as they are taken.
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
          if (text.length >= PIECE) break;
        }
        controller.enqueue(encoder.encode(text));
        text = "";
      },
      async cancel() {
        // The value is for nobody: nothing more is read.
        await batches.return({ seq: 0n, hash: new Uint8Array() });
      },
    },
    { highWaterMark: 1 },
  );
}
