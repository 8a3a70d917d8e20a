import "server-only";

import { type CursorScope, decodeCursor, encodeCursor, type Position } from "@/lib/public-api/cursor";
import type { Pagination } from "@/lib/http/envelope";

/** A page that was asked for, and how the one after it is named. */
export interface CursorPage {
  readonly size: number;
  readonly after: Position | undefined;
  /** The envelope's `pagination`, from the last row shown; undefined when no row follows it. */
  next(last: { readonly createdAt: Date; readonly id: string } | undefined): Pagination;
}

/**
 * Turns `page_size` and `cursor` into a page of a list that is ordered by (created_at, id).
 * @param scope what the list's cursors are bound to
 * @throws AppError BAD_REQUEST for a cursor that is not this list's
 */
export function cursorPage(scope: CursorScope, size: number, cursor: string | undefined): CursorPage {
  return {
    size,
    after: cursor === undefined ? undefined : decodeCursor(cursor, scope),
    next: (last) =>
      last
        ? { has_more: true, next_cursor: encodeCursor({ at: last.createdAt.getTime(), id: last.id }, scope) }
        : { has_more: false, next_cursor: null },
  };
}
