import { ACTOR_KINDS } from "@/lib/audit-log/actions";
import { CHAIN_START } from "@/lib/audit-log/chain";
import type { AuditChainModel, AuditEventModel } from "@/lib/generated/prisma/models";
import { textStream } from "@/lib/http/text-stream";
import { CSV_TYPE, csvHead, csvLine } from "@/lib/text/csv";
import { hex } from "@/lib/text/hex";

/** The export formats. */
export const EXPORT_FORMATS = ["csv", "ndjson"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The columns of a file, and what an event has in each. */
const COLUMNS = {
  place: ({ seq }) => Number(seq),
  time: ({ at }) => at.toISOString(),
  action: ({ action }) => action,
  actor_kind: ({ actorKind }) => ACTOR_KINDS[actorKind],
  actor_id: ({ actorId }) => actorId,
  actor_name: ({ actorName }) => actorName,
  target_type: ({ targetType }) => targetType,
  target_id: ({ targetId }) => targetId,
  target_name: ({ targetName }) => targetName,
  request_id: ({ requestId }) => requestId,
  client_address: ({ clientAddress }) => clientAddress,
  user_agent: ({ userAgent }) => userAgent,
  details: ({ details }) => details,
  event_id: ({ id }) => id,
  previous_hash: ({ prevHash }) => hex(prevHash),
  hash: ({ hash }) => hex(hash),
} satisfies Record<string, (event: AuditEventModel) => unknown>;

type Column = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Column[];

/** The `action` of the last line; no event has this one. */
export const EXPORT_COMPLETED = "export.completed";

/** The first bytes of a file. The byte order mark makes Excel read UTF-8. */
export function exportHead(format: ExportFormat): string {
  return format === "csv" ? csvHead(NAMES) : "";
}

/** One event as a line. */
export function exportLine(format: ExportFormat, event: AuditEventModel): string {
  return line(format, (name) => COLUMNS[name](event), event.tenantId);
}

/** The end of the chain when an export began. */
export type ExportedChain = Pick<AuditChainModel, "seq" | "hash">;

/**
 * The last line of a file; a file without it is incomplete. It has the columns of an event, most of them empty.
 * @param rows the number of events
 * @param lastHash the hash of the last event; null without any
 */
function exportEnd(format: ExportFormat, rows: number, lastHash: Uint8Array | null, chain: ExportedChain): string {
  const values: Partial<Record<Column, unknown>> = {
    action: EXPORT_COMPLETED,
    details: { rows, chain_place: Number(chain.seq) },
    previous_hash: lastHash ? hex(lastHash) : CHAIN_START,
    hash: hex(chain.hash),
  };
  return line(format, (name) => values[name] ?? null);
}

function line(format: ExportFormat, valueOf: (name: Column) => unknown, tenantId: string | null = null): string {
  const values = NAMES.map((name) => [name, valueOf(name)] as const);
  // Hashes cover the organisation, so a file that is verified by itself has to name it.
  if (format === "ndjson") return `${JSON.stringify({ tenant_id: tenantId, ...Object.fromEntries(values) })}\n`;
  return csvLine(
    values.map(([, value]) => (value === null || typeof value === "string" ? value : JSON.stringify(value))),
  );
}

/** The content type of each format. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: CSV_TYPE,
  ndjson: "application/x-ndjson; charset=utf-8",
};

/** The approximate maximum size of a chunk, so that a slow reader keeps little in memory. */
const CHUNK = 64 * 1024;

type Batches = AsyncGenerator<AuditEventModel[], ExportedChain, undefined>;

async function* chunks(format: ExportFormat, batches: Batches): AsyncGenerator<string, undefined> {
  let text = exportHead(format);
  let count = 0;
  let lastHash: Uint8Array | null = null;
  try {
    let batch = await batches.next();
    for (; !batch.done; batch = await batches.next()) {
      for (const event of batch.value) {
        text += exportLine(format, event);
        count++;
        lastHash = event.hash;
        if (text.length < CHUNK) continue;
        yield text;
        text = "";
      }
      yield text;
      text = "";
    }
    yield text + exportEnd(format, count, lastHash, batch.value);
  } finally {
    // Nothing more is read; the value is unused.
    await batches.return({ seq: 0n, hash: new Uint8Array() });
  }
}

/** A file as a stream. @param batches rows, and finally the end of the chain; closed when the reader disconnects */
export const exportStream = (format: ExportFormat, batches: Batches) => textStream(chunks(format, batches));
