import { EXPIRY_WARNING_MS } from "@/lib/api-keys/status";
import type { Warning } from "@/lib/http/envelope";
import type { KeyRecord } from "@/lib/public-api/credentials/key-lookup";

/** What a caller is told whose key is about to stop working. */
export interface EndingKey {
  readonly warning: Warning;
  readonly headers: Readonly<Record<string, string>>;
}

/** The date of a header, in whole seconds, rounded down (RFC 9110 §5.6.7). */
const httpDate = (epochMs: number) => new Date(epochMs).toUTCString();

/**
 * Warns of the end of a key that works: one that was replaced, or that expires within {@link EXPIRY_WARNING_MS} (docs/api.md, "Warnings").
 * `Deprecation` is RFC 9745, `Sunset` RFC 8594: both mean this API for this caller, until it uses another key.
 * @param key its `now` is the moment of the call
 * @returns null for any other key
 */
export function endingKey(
  key: Pick<KeyRecord, "now" | "expires_at" | "rotated_at" | "grace_ends_at">,
): EndingKey | null {
  const { now, expires_at, rotated_at, grace_ends_at } = key;
  if (rotated_at !== null && grace_ends_at !== null) {
    const works_until = new Date(grace_ends_at).toISOString();
    const message = `This API key was rotated and works until ${works_until}. Use the key that replaced it.`;
    return {
      warning: { code: "key_rotated", message, works_until },
      headers: { Deprecation: `@${Math.floor(rotated_at / 1000)}`, Sunset: httpDate(grace_ends_at) },
    };
  }
  if (expires_at === null || expires_at - now > EXPIRY_WARNING_MS) return null;
  const at = new Date(expires_at).toISOString();
  const message = `This API key expires at ${at}. Rotate it, or create another one.`;
  return { warning: { code: "key_expiring", message, expires_at: at }, headers: { Sunset: httpDate(expires_at) } };
}
