import { hash } from "node:crypto";

/**
 * SHA-256 of the whole key: 32 bytes, the only trace of a key that is stored.
 * Unsalted on purpose: at 142.9 bits a salt or a slow hash adds nothing (NIST 800-63B, 112 bits or more).
 */
export function hashKey(key: string): Buffer {
  return hash("sha256", key, "buffer");
}
