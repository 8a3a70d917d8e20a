import { type ExportEnd, readSavedLine } from "@/lib/audit-log/saved-event";
import { ChainWalk, type Fault, type LinkedRow, linkOf } from "@/lib/audit-log/verify";

/** A line that is not as it was saved. */
interface WrongLine {
  /** From 1. */
  readonly line: number;
  /** What is wrong, after "line 7". */
  readonly why: string;
}

/** The result for a saved feed. */
export interface FeedReport {
  readonly tenantId: string | null;
  readonly events: number;
  /** The events with the lowest and the highest place. */
  readonly oldest: LinkedRow | null;
  readonly newest: LinkedRow | null;
  /** The first wrong line. */
  readonly wrong: WrongLine | null;
}

/** How to read the file. */
export interface FeedOptions {
  /** The feed was filtered, so places may be missing. */
  readonly filtered: boolean;
}

/** What a fault of the chain says of its line. */
function whyOf(fault: Fault): string {
  switch (fault.kind) {
    case "altered":
      return `event ${fault.seq}, id ${fault.id}, is not as it was written`;
    case "inserted":
      return `event ${fault.seq}, id ${fault.id}, does not belong here`;
    case "removed":
      return fault.until > fault.seq
        ? `events ${fault.seq} to ${fault.until} are missing before it`
        : `event ${fault.seq} is missing before it`;
    case "no-end":
      return "the end of the chain is missing";
  }
}

/** An event of a file. */
interface SavedEvent extends LinkedRow {
  readonly line: number;
}

/** Follows events, which are sorted by place. The first one's own hash says what it follows. */
function firstFault(events: readonly SavedEvent[], { filtered }: FeedOptions): WrongLine | null {
  let walk: ChainWalk | undefined;
  let before: SavedEvent | undefined;
  for (const event of events) {
    if (walk && before && filtered && event.seq > before.seq + 1) {
      const fault = walk.finish(before);
      if (fault) return { line: before.line, why: whyOf(fault) };
      walk = undefined;
    }
    walk ??= new ChainWalk({ seq: event.seq - 1, hash: event.prevHash });
    const fault = walk.next(event);
    // A walk judges the event before, unless this one is out of place.
    const isHere = fault?.kind === "removed" || (fault && "id" in fault && fault.id === event.id);
    if (fault) return { line: (isHere ? event : (before ?? event)).line, why: whyOf(fault) };
    before = event;
  }
  const fault = before && walk?.finish(before);
  return fault && before ? { line: before.line, why: whyOf(fault) } : null;
}

/** Reads the lines of a feed. Keeps only the links of events, in any order: lists are ordered by time, which is not quite the chain's order. */
class FeedReader {
  readonly events: SavedEvent[] = [];
  tenantId: string | null = null;
  #end: ExportEnd | undefined;

  /** @returns why a line can't belong to the feed */
  take(line: number, text: string): WrongLine | null {
    if (this.#end) return { line, why: "comes after the end of the export" };
    const saved = readSavedLine(text);
    if (saved.kind === "unreadable") return { line, why: saved.why };
    if (saved.kind === "end") return this.#takeEnd(line, saved.end);
    const { row } = saved;
    this.tenantId ??= row.tenantId;
    const isOurs = row.tenantId === this.tenantId;
    const event = { ...linkOf(row), line };
    if (isOurs) this.events.push(event);
    if (isOurs && event.isWhole) return null;
    const why = isOurs ? "is not as it was written" : "is of another organisation";
    return { line, why: `event ${row.seq}, id ${row.id}, ${why}` };
  }

  #takeEnd(line: number, end: ExportEnd): WrongLine | null {
    this.#end = end;
    const { rows, lastHash, chain } = end;
    if (rows !== this.events.length)
      return { line, why: `the export had ${rows} events, the file has ${this.events.length}` };
    const last = this.events.at(-1);
    const isEnd = !last || last.hash === lastHash;
    const fits = this.events.every(({ seq, hash }) => seq < chain.seq || (seq === chain.seq && hash === chain.hash));
    return isEnd && fits ? null : { line, why: "the end of the export has other hashes than its events" };
  }

  /** Whether there was nothing to verify. */
  get isEmpty(): boolean {
    return this.events.length === 0 && !this.#end;
  }
}

/**
 * Verifies a saved feed: NDJSON of the API in either order, or an export of the dashboard. One that begins in the middle of the chain is
 * verified from the previous hash of its first event. It ends where it ends: what came later is not missing.
 * @param lines the file's lines, without their ends
 * @returns null for a file without lines
 */
export async function verifyFeed(lines: AsyncIterable<string>, options: FeedOptions): Promise<FeedReport | null> {
  const reader = new FeedReader();
  let line = 0;
  let unfit: WrongLine | null = null;
  for await (const text of lines) {
    line++;
    if (text.trim() === "") continue;
    unfit = reader.take(line, text);
    if (unfit) break;
  }
  if (reader.isEmpty && !unfit) return null;
  const { events, tenantId } = reader;
  events.sort((a, b) => a.seq - b.seq);
  const fault = firstFault(events, options);
  const wrong = fault && unfit ? (fault.line < unfit.line ? fault : unfit) : (fault ?? unfit);
  return { tenantId, events: events.length, oldest: events[0] ?? null, newest: events.at(-1) ?? null, wrong };
}

/** A report as one line. */
export function feedLine({ tenantId, events, oldest, newest, wrong }: FeedReport): string {
  if (wrong) return `WRONG    line ${wrong.line}: ${wrong.why}`;
  if (!tenantId || !oldest || !newest) return "ok       no events";
  const places = `${events} ${events === 1 ? "event" : "events"}, places ${oldest.seq} to ${newest.seq}`;
  return `ok       organisation ${tenantId}: ${places}; the hash before them is ${oldest.prevHash}, the last one's ${newest.hash}`;
}
