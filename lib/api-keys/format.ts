import { randomInt } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SECRET_LENGTH = 24;
const KEY_PATTERN = /^neo_sk_([a-z0-9]{2,12})_([A-Za-z0-9]{24})$/;

/**
 * Generates a key: `neo_sk_<environment>_` and 24 characters of [A-Za-z0-9], each drawn uniformly
 * by the system's CSPRNG, 142.9 bits (docs/api.md, "Credentials").
 */
export function generateKey(environment: string): string {
  let secret = "";
  for (let i = 0; i < SECRET_LENGTH; i++) secret += ALPHABET.charAt(randomInt(ALPHABET.length));
  return `neo_sk_${environment}_${secret}`;
}

/**
 * Parses a token as a key, which need not exist.
 * @returns the deployment that issued it, e.g. `prod`, and the only part of the secret shown again; null for another shape
 */
export function parseKey(token: string) {
  const environment = KEY_PATTERN.exec(token)?.[1];
  return environment ? { environment, last4: token.slice(-4) } : null;
}

/** How a key is displayed later: `neo_sk_prod_…AbCd`. */
export function displayKey({ environment, last4 }: { environment: string; last4: string }): string {
  return `neo_sk_${environment}_…${last4}`;
}
