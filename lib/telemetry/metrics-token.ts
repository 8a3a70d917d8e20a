import "server-only";

import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Whether an `Authorization` header carries this very bearer token. Takes as long whatever was sent: digests are compared, of
 * equal length.
 * @param header null when it was not sent
 */
export function carriesToken(header: string | null, token: string): boolean {
  const sent = /^bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";
  return timingSafeEqual(digest(sent), digest(token));
}
