import { randomUUID } from "node:crypto";

import { hashKey } from "@/lib/api-keys/hash";

import { type Answer, ask, keepAt, pause } from "./ask";
import type { Attempt, Kind } from "./ledger";

/** Prefix of the names of all keys created here. */
export const NAME_PREFIX = "Fault ";

/** Pause before a retry after no response, in milliseconds. */
const RETRY_MS = 40;

const KEYS = "/public-api/api-keys";

/** Creates a key. @param token an admin's */
export function makeKey(url: string, token: string, name: string): Promise<Answer> {
  return ask(url + KEYS, {
    method: "POST",
    body: JSON.stringify({ name }),
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  });
}

/** The key in a response. @throws Error for any other response */
export function shownKey({ status, text }: Answer): string {
  if (status !== 201) throw new Error(`making a key was answered ${String(status)} ${text.slice(0, 200)}`);
  return (JSON.parse(text) as { data: { key: string } }).data.key;
}

/** A request of one of the kinds. */
type Change = Pick<RequestInit, "method" | "body"> & { headers?: Record<string, string> };

/** Creates, rotates and revokes keys through the API without a pause, and records the responses. */
export class KeyLives {
  readonly attempts: Attempt[] = [];
  readonly answers: Answer[] = [];
  /** Unexpected responses: neither success, nor a refusal because of the key's state, nor 503. */
  readonly unexpected: string[] = [];
  /** Plaintext keys by id, as shown. */
  readonly shown = new Map<string, string>();
  /** Ids whose revocation was acknowledged. */
  readonly revoked = new Set<string>();
  readonly #address: () => string;
  readonly #token: string;
  readonly #underWay: Record<Kind, number> = { create: 0, rotate: 0, revoke: 0 };
  #going = true;

  /** @param address returns an instance's URL, a different one each time @param token an admin's */
  constructor(address: () => string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  /** Requests that are waiting for their response. */
  get underWay(): Readonly<Record<Kind, number>> {
    return { ...this.#underWay };
  }

  get acknowledged(): number {
    return this.attempts.filter(({ status }) => status === 200 || status === 201).length;
  }

  /** Runs this many key lives concurrently. @returns a function that stops them once every request has ended */
  begin(width: number): () => Promise<void> {
    this.#going = true;
    const stop = keepAt(width, () => this.#life());
    return () => {
      this.#going = false;
      return stop();
    };
  }

  async #life(): Promise<void> {
    const made = await this.#create();
    if (made === null) return;
    const heir = Math.random() < 0.75 ? await this.#change("rotate", made, `${KEYS}/${made}/rotate`, "POST") : null;
    const ids = [made, ...(heir ? [heir] : [])];
    const end = ids[Math.floor(Math.random() * ids.length)] ?? made;
    await this.#change("revoke", end, `${KEYS}/${end}`, "DELETE");
  }

  /** @returns the new key's id; null when it was not created, or not acknowledged */
  async #create(): Promise<string | null> {
    const name = NAME_PREFIX + randomUUID();
    const idempotency = Math.random() < 0.5 ? { "idempotency-key": name.replace(" ", "-") } : null;
    while (this.#going) {
      const status = await this.#attempt("create", name, KEYS, {
        method: "POST",
        body: JSON.stringify({ name }),
        headers: { "content-type": "application/json", ...idempotency },
      });
      if (typeof status === "string") return status;
      // Without an Idempotency-Key it's unknown whether the key was created.
      if (status === 409 || !idempotency) return null;
      await pause(RETRY_MS);
    }
    return null;
  }

  /** Retries until it succeeds, or an unanswered attempt has succeeded. @returns the id of a rotation's new key */
  async #change(kind: "rotate" | "revoke", id: string, path: string, method: string): Promise<string | null> {
    while (this.#going) {
      const status = await this.#attempt(kind, id, path, { method });
      if (typeof status === "string") return status;
      if (status === 200 || status === 409) return null;
      await pause(RETRY_MS);
    }
    return null;
  }

  /** @returns the id of the created key, else the status */
  async #attempt(kind: Kind, subject: string, path: string, init: Change): Promise<string | number> {
    this.#underWay[kind]++;
    const headers = { ...init.headers, authorization: `Bearer ${this.#token}` };
    const answer = await ask(this.#address() + path, { ...init, headers });
    this.#underWay[kind]--;
    const { status, text } = answer;
    const { data } = (status === 201 ? JSON.parse(text) : {}) as { data?: { id: string; key: string } };
    const issued = data ? { id: data.id, hash: hashKey(data.key) } : null;
    this.attempts.push({ kind, subject, status, issued });
    this.answers.push(answer);
    if (![0, 200, 201, 409, 503].includes(status)) this.unexpected.push(`${kind} ${status} ${text.slice(0, 200)}`);
    if (data) this.shown.set(data.id, data.key);
    if (kind === "revoke" && status === 200) this.revoked.add(subject);
    return data?.id ?? status;
  }
}
