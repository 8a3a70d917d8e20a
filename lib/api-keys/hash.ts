import { hash } from "node:crypto";

/**
 * SHA-256 of the whole key, all that is stored of it: 64 hexadecimal digits, stored as bytes.
 * Unsalted on purpose: at 142.9 bits a salt or a slow hash adds nothing (NIST 800-63B, 112 bits or more).
 */
export function hashKey(key: string): string {
  return hash("sha256", key);
}

/** {@link hashKey} as the database keeps it: 32 bytes. */
export function storedHash(key: string): Buffer<ArrayBuffer> {
  return Buffer.from(hashKey(key), "hex");
}
