import "server-only";

import { createHash } from "node:crypto";

/** An entity tag of a list of them: weak or strong, in quotes (RFC 9110 §8.8.3). */
const TAG = /(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * The strong `ETag` of something that is shown as JSON.
 * @param value all that a change of it would change
 */
export function etagOf(value: unknown): string {
  return `"${createHash("sha256").update(JSON.stringify(value)).digest("base64url").slice(0, 22)}"`;
}

/** Whether `If-Match` names this tag. Compared strongly: a weak one never matches (RFC 9110 §13.1.1). */
export function ifMatchHolds(field: string, etag: string): boolean {
  return field.trim() === "*" || [...field.matchAll(TAG)].some(([, weak, tag]) => !weak && tag === etag);
}

/** Whether `If-None-Match` names this tag, so that the client has the answer already. Compared weakly (RFC 9110 §13.1.2). */
export function ifNoneMatchNames(field: string, etag: string): boolean {
  return field.trim() === "*" || [...field.matchAll(TAG)].some(([, , tag]) => tag === etag);
}
