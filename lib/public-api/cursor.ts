import "server-only";

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import type { Pagination } from "@/lib/http/envelope";
import { isUuid } from "@/lib/text/uuid";

/** The last row a page showed: where the next one continues. */
export interface Position {
  /** When the row was created, epoch milliseconds. */
  readonly at: number;
  /** The row's id, a UUID. */
  readonly id: string;
}

/** What a cursor belongs to. The same list with another filter or tenant is another list. */
export interface CursorScope {
  readonly list: string;
  readonly tenantId: string;
  readonly filters: Readonly<Record<string, unknown>>;
}

const POSITION_BYTES = 24;
const TAG_BYTES = 16;

let signingKey: Buffer | undefined;

/** A key of the cursors' own, derived from NEXTAUTH_SECRET (RFC 5869), so that a cursor is never a session's signature. */
function key(): Buffer {
  return (signingKey ??= Buffer.from(hkdfSync("sha256", env().NEXTAUTH_SECRET, "", "neo/public-api/cursor/v1", 32)));
}

function sign(position: Buffer, scope: CursorScope): Buffer {
  const filters = Object.entries(scope.filters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha256", key())
    .update(JSON.stringify([scope.list, scope.tenantId, filters]))
    .update("\0")
    .update(position)
    .digest()
    .subarray(0, TAG_BYTES);
}

/** Makes the opaque `next_cursor` after a position: base64url, 54 characters. */
export function encodeCursor(position: Position, scope: CursorScope): string {
  const bytes = Buffer.alloc(POSITION_BYTES);
  bytes.writeDoubleBE(position.at, 0);
  bytes.write(position.id.replaceAll("-", ""), 8, "hex");
  return Buffer.concat([bytes, sign(bytes, scope)]).toString("base64url");
}

/**
 * Reads a cursor back.
 * @throws AppError BAD_REQUEST when it was altered or belongs to another list, filter or tenant
 */
export function decodeCursor(cursor: string, scope: CursorScope): Position {
  const bytes = Buffer.from(cursor, "base64url");
  const position = bytes.subarray(0, POSITION_BYTES);
  const genuine =
    bytes.length === POSITION_BYTES + TAG_BYTES &&
    // Node decodes leniently; only the canonical encoding is accepted.
    bytes.toString("base64url") === cursor &&
    timingSafeEqual(bytes.subarray(POSITION_BYTES), sign(position, scope));
  const id = position.toString("hex", 8).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  if (!genuine || !isUuid(id)) {
    const message = "This cursor was altered, or belongs to another list, filter or tenant. Start without one.";
    const parameters = { cursor: "must be a next_cursor of this list with these filters" };
    throw new AppError("BAD_REQUEST", message, { reason: "invalid_cursor", details: { parameters } });
  }
  return { at: position.readDoubleBE(0), id };
}

/**
 * Turns `page_size` and `cursor` into a page of a list that is ordered by (created_at, id).
 * @param scope what the list's cursors are bound to
 * @throws AppError BAD_REQUEST for a cursor that is not this list's
 */
export function cursorPage(scope: CursorScope, size: number, cursor: string | undefined) {
  return {
    size,
    after: cursor === undefined ? undefined : decodeCursor(cursor, scope),
    /** The envelope's `pagination`, from the last row shown; undefined when no row follows it. */
    next: (last: { readonly createdAt: Date; readonly id: string } | undefined): Pagination =>
      last
        ? { has_more: true, next_cursor: encodeCursor({ at: last.createdAt.getTime(), id: last.id }, scope) }
        : { has_more: false, next_cursor: null },
  };
}

/** A page that was asked for, and how the one after it is named. */
export type CursorPage = ReturnType<typeof cursorPage>;
