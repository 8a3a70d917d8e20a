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
const PLACE_BYTES = 8;
const TAG_BYTES = 16;

/** The query parameter that a cursor was sent in. */
type CursorParameter = "cursor" | "after";

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

const seal = (bytes: Buffer, scope: CursorScope) => Buffer.concat([bytes, sign(bytes, scope)]).toString("base64url");

/** The bytes that were sealed; null for what was not sealed with this scope. */
function unseal(cursor: string, scope: CursorScope, size: number): Buffer | null {
  const sealed = Buffer.from(cursor, "base64url");
  const bytes = sealed.subarray(0, size);
  const genuine =
    sealed.length === size + TAG_BYTES &&
    // Node decodes leniently; only the canonical encoding is accepted.
    sealed.toString("base64url") === cursor &&
    timingSafeEqual(sealed.subarray(size), sign(bytes, scope));
  return genuine ? bytes : null;
}

/** The refusal of a cursor. @param message says why, and what to do */
export function invalidCursor(
  parameter: CursorParameter,
  message = "This cursor was altered, or belongs to another list, order, filter or tenant. Start without one.",
): AppError {
  const parameters = { [parameter]: "must be a next_cursor of this list with these filters" };
  return new AppError("BAD_REQUEST", message, { reason: "invalid_cursor", details: { parameters } });
}

/** Makes the opaque `next_cursor` after a position: base64url, 54 characters. */
export function encodeCursor(position: Position, scope: CursorScope): string {
  const bytes = Buffer.alloc(POSITION_BYTES);
  bytes.writeDoubleBE(position.at, 0);
  bytes.write(position.id.replaceAll("-", ""), 8, "hex");
  return seal(bytes, scope);
}

/**
 * Reads a cursor back.
 * @throws AppError BAD_REQUEST when it was altered or belongs to another list, filter or tenant
 */
export function decodeCursor(cursor: string, scope: CursorScope): Position {
  const bytes = unseal(cursor, scope, POSITION_BYTES);
  const id = bytes?.toString("hex", 8).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  if (!bytes || !id || !isUuid(id)) throw invalidCursor("cursor");
  return { at: bytes.readDoubleBE(0), id };
}

/** Makes the opaque `next_cursor` after a place in a tenant's audit chain: base64url, 32 characters. */
export function encodePlace(place: bigint, scope: CursorScope): string {
  const bytes = Buffer.alloc(PLACE_BYTES);
  bytes.writeBigInt64BE(place);
  return seal(bytes, scope);
}

/**
 * Reads a place back.
 * @throws AppError BAD_REQUEST when it was altered or belongs to another list, filter or tenant
 */
export function decodePlace(cursor: string, scope: CursorScope): bigint {
  const bytes = unseal(cursor, scope, PLACE_BYTES);
  if (!bytes) throw invalidCursor("after");
  return bytes.readBigInt64BE();
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
