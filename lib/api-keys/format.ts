import { randomInt } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SECRET_LENGTH = 24;
const KEY_PATTERN = /^neo_sk_([a-z0-9]{2,12})_([A-Za-z0-9]{24})$/;

/** What a well-formed key contains. */
export interface ParsedKey {
  /** The deployment that issued it, e.g. `prod`. */
  readonly environment: string;
  /** The last four characters, the only part of the secret shown again. */
  readonly last4: string;
}

/**
 * Generates a key: `neo_sk_<environment>_` and 24 characters of [A-Za-z0-9], each drawn uniformly
 * by the system's CSPRNG, 142.9 bits (docs/api.md, "Credentials").
 */
export function generateKey(environment: string): string {
  let secret = "";
  for (let i = 0; i < SECRET_LENGTH; i++) secret += ALPHABET.charAt(randomInt(ALPHABET.length));
  return `neo_sk_${environment}_${secret}`;
}

/** Parses a token as a key; null for another shape. The key need not exist. */
export function parseKey(token: string): ParsedKey | null {
  const match = KEY_PATTERN.exec(token);
  if (!match?.[1]) return null;
  return { environment: match[1], last4: token.slice(-4) };
}

/** How a key is displayed later: `neo_sk_prod_…AbCd`. */
export function displayKey({ environment, last4 }: ParsedKey): string {
  return `neo_sk_${environment}_…${last4}`;
}
