// Whether response times reveal anything about a key.
import { randomBytes } from "node:crypto";

import { newKey } from "../access-calls";
import { expect, test } from "../fixtures";
import { startSecondApp } from "../second-app";

import { note, tried } from "./tried";

const ROUNDS = 250;

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** A different character. */
const other = (letter: string) => (letter === "a" ? "b" : "a");

test("response times don't tell nearly correct, revoked and expired keys from unknown keys", async ({ db }) => {
  const app = await startSecondApp({
    settings: { UNAUTHENTICATED_LIMIT_PER_MINUTE: "1000000", RATE_LIMIT_PER_MINUTE: "1000000" },
  });
  try {
    const key = await newKey(db);
    const ended = [await newKey(db), await newKey(db)];
    await db.query(
      "update api_keys set revoked_at = now(), revoked_by_id = created_by_id where hash = sha256($1::text::bytea)",
      [ended[0]],
    );
    await db.query(
      "update api_keys set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' where hash = sha256($1::text::bytea)",
      [ended[1]],
    );
    const random = () => `neo_sk_prod_${randomBytes(12).toString("hex")}`;
    const kinds: Record<string, () => string> = {
      unknown: random,
      "unknown, once more": random,
      "all but the last character": () => key.slice(0, -1) + other(key.at(-1) ?? ""),
      "the first half": () => key.slice(0, -12) + randomBytes(6).toString("hex"),
      "all but the first character": () => `neo_sk_prod_${other(key[12] ?? "")}${key.slice(13)}`,
      revoked: () => ended[0] ?? "",
      expired: () => ended[1] ?? "",
      valid: () => key,
    };
    const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
    for (let round = -20; round < ROUNDS; round++) {
      // Each round calls every kind in a new order, so that a slow machine affects all kinds equally.
      const order = Object.entries(kinds).sort(() => Math.random() - 0.5);
      for (const [kind, token] of order) {
        const headers = { authorization: `Bearer ${token()}` };
        const began = performance.now();
        const response = await fetch(`${app.url}/public-api/me`, { headers });
        await response.arrayBuffer();
        const took = performance.now() - began;
        if (response.status !== (kind === "valid" ? 200 : 401)) throw new Error(`${kind}: ${String(response.status)}`);
        if (round >= 0) times.get(kind)?.push(took);
      }
    }
    const base = median(times.get("unknown") ?? []);
    const ratios = new Map([...times].map(([kind, all]) => [kind, median(all) / base]));
    const label = [...ratios].slice(1).map(([kind, ratio]) => `${kind} ${ratio.toFixed(2)}`);
    // A guess doesn't reveal how much of it is correct. The bound is the variation of one kind's medians on a busy machine.
    for (const kind of [
      "unknown, once more",
      "all but the last character",
      "the first half",
      "all but the first character",
    ]) {
      expect(ratios.get(kind), `${kind}: ${label.join(", ")}`).toBeGreaterThan(0.8);
      expect(ratios.get(kind), `${kind}: ${label.join(", ")}`).toBeLessThan(1.25);
    }
    // A former key gets a different message; its time is of the same magnitude.
    for (const kind of ["revoked", "expired", "valid"]) expect(ratios.get(kind), kind).toBeLessThan(3);
    note(`medians against an unknown key's ${base.toFixed(2)} ms: ${label.join(", ")}`);
    tried(ROUNDS * times.size);
  } finally {
    await app.stop();
  }
});
