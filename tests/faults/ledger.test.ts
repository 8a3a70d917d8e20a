import { describe, expect, it } from "vitest";

import { type Attempt, judgeLedger, type StoredEvent, type StoredKey } from "./ledger";

const key = (id: string, set: Partial<StoredKey> = {}): StoredKey => ({
  id,
  name: `name of ${id}`,
  hash: `hash of ${id}`,
  replaces: null,
  rotated: false,
  revoked: false,
  ...set,
});
const event = (action: "created" | "rotated" | "revoked", target: string, successor: string | null = null) =>
  ({ action: `api_key.${action}`, target, successor }) satisfies StoredEvent;
const created = (id: string): Attempt => ({
  kind: "create",
  subject: `name of ${id}`,
  status: 201,
  issued: { id, hash: `hash of ${id}` },
});
const rotated: Attempt = { kind: "rotate", subject: "a", status: 201, issued: { id: "b", hash: "hash of b" } };
const revoked: Attempt = { kind: "revoke", subject: "b", status: 200, issued: null };

const ATTEMPTS = [created("a"), rotated, revoked];
const KEYS = [key("a", { rotated: true }), key("b", { replaces: "a", revoked: true })];
const EVENTS = [event("created", "a"), event("rotated", "a", "b"), event("revoked", "b")];
const SOUND = { lost: [], notStored: [], halves: [], withoutEvent: [], withoutChange: [] };

describe("the ledger", () => {
  it("reports nothing if everything agrees", () => {
    expect(judgeLedger(ATTEMPTS, KEYS, EVENTS)).toEqual({
      ...SOUND,
      acknowledged: { create: 1, rotate: 1, revoke: 1 },
      unanswered: { done: 0, notDone: 0 },
    });
  });

  it("reports an acknowledged change that is missing", () => {
    const [a] = KEYS;
    const verdict = (keys: StoredKey[]) => judgeLedger(ATTEMPTS, keys, EVENTS);
    expect(verdict([])).toMatchObject({ lost: ["create name of a", "rotate a", "revoke b"], notStored: ["a", "b"] });
    expect(verdict([a!, key("b", { replaces: "a" })])).toMatchObject({ lost: ["revoke b"], notStored: [] });
    expect(verdict([key("a"), key("b", { revoked: true })])).toMatchObject({ lost: ["rotate a"] });
  });

  it("reports a shown key that is stored with another hash", () => {
    expect(judgeLedger([created("a")], [key("a", { hash: "other" })], [event("created", "a")])).toMatchObject({
      lost: [],
      notStored: ["a"],
    });
  });

  it.each([
    ["a mark without its successor", [key("a", { rotated: true })], ["a"]],
    ["a successor without its mark", [key("a"), key("b", { replaces: "a" })], ["a"]],
    ["two successors", [...KEYS, key("c", { replaces: "a" })], ["a"]],
    ["a successor of nobody", [key("b", { replaces: "a" })], ["a"]],
  ])("reports half a rotation: %s", (_, keys, halves) => {
    expect(judgeLedger([], keys, []).halves).toEqual(halves);
  });

  it("reports a change without its event, and an event without its change", () => {
    expect(judgeLedger([], KEYS, EVENTS.slice(1)).withoutEvent).toEqual(["created a"]);
    expect(judgeLedger([], KEYS, [EVENTS[0]!, event("rotated", "a", "c"), EVENTS[2]!])).toMatchObject({
      withoutEvent: ["rotated a b"],
      withoutChange: ["rotated a c"],
    });
    expect(judgeLedger([], KEYS, [...EVENTS, EVENTS[2]!]).withoutChange).toEqual(["revoked b"]);
  });

  it("accepts an unacknowledged attempt, done or not", () => {
    const cut = ATTEMPTS.map((attempt) => ({ ...attempt, status: 0, issued: null }));
    expect(judgeLedger(cut, KEYS, EVENTS)).toMatchObject({ ...SOUND, unanswered: { done: 3, notDone: 0 } });
    expect(judgeLedger(cut, [], [])).toMatchObject({ ...SOUND, unanswered: { done: 0, notDone: 3 } });
  });
});
