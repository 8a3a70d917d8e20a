import { describe, expect, it, vi } from "vitest";

import { type Fetch, LookupBatcher } from "@/lib/public-api/credentials/lookup-batcher";
import { SLOT_MS, SLOTS } from "@/lib/public-api/limits/rate-limit";

const LIMIT = 3;
const record = (hash: string) => `record of ${hash}`;
const found = (hash: string) => ({ record: record(hash), tenantId: "t", window: null });
const invalid = (hash: string) => ({ record: record(hash), allowance: null });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A database that answers on demand. */
function database() {
  const statements: {
    hashes: readonly string[];
    answer(known?: readonly string[]): void;
    fail(error: Error): void;
  }[] = [];
  const fetch: Fetch<string> = (calls) =>
    new Promise((resolve, reject) => {
      const hashes = [...calls.keys()];
      statements.push({
        hashes,
        answer: (known = hashes) => {
          resolve(new Map(known.map((hash) => [hash, found(hash)])));
        },
        fail: reject,
      });
    });
  return { statements, fetch };
}

describe("LookupBatcher", () => {
  it("batches an event loop turn's lookups into one statement without duplicates, and resolves each lookup with its own result", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch, () => LIMIT);
    const answers = [batcher.find("a"), batcher.find("b"), batcher.find("a"), batcher.find("unknown")];
    expect(statements).toHaveLength(0);
    await turn();
    expect(statements.map((statement) => statement.hashes)).toEqual([["a", "b", "unknown"]]);
    statements[0]?.answer(["b", "a"]);
    expect(await Promise.all(answers)).toEqual([invalid("a"), invalid("b"), invalid("a"), null]);
  });

  it("never adds a lookup to a statement that was already sent, even for the same key", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch, () => LIMIT);
    const before = batcher.find("a");
    await turn();
    const after = batcher.find("a");
    await turn();
    expect(statements).toHaveLength(2);
    statements[1]?.answer([]);
    expect(await after).toBeNull();
    statements[0]?.answer();
    expect(await before).toEqual(invalid("a"));
  });

  it("holds back lookups while all statements are running, and sends them as one when a statement ends", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch, () => LIMIT, 1);
    void batcher.find("a");
    await turn();
    const later = [batcher.find("b")];
    await turn();
    later.push(batcher.find("c"));
    await turn();
    expect(statements).toHaveLength(1);
    statements[0]?.answer();
    await turn();
    await turn();
    expect(statements[1]?.hashes).toEqual(["b", "c"]);
    statements[1]?.answer();
    expect(await Promise.all(later)).toEqual([invalid("b"), invalid("c")]);
  });

  it("rejects only the lookups of the failed statement", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch, () => LIMIT);
    const failing = Promise.allSettled([batcher.find("a"), batcher.find("b")]);
    await turn();
    statements[0]?.fail(new Error("down"));
    expect((await failing).map((result) => result.status)).toEqual(["rejected", "rejected"]);
    const next = batcher.find("a");
    await turn();
    statements[1]?.answer();
    expect(await next).toEqual(invalid("a"));
  });

  it("grants a tenant's remaining calls in order of arrival, across its credentials", async () => {
    const nowMs = 1_000_000;
    const window = { used: 3, granted: 2, oldest: nowMs / SLOT_MS, nowMs };
    const batcher = new LookupBatcher<string>(
      (calls) => {
        expect([...calls]).toEqual([
          ["a", 2],
          ["b", 1],
          ["other", 1],
        ]);
        return Promise.resolve(
          new Map([
            ["a", { record: "A", tenantId: "t", window }],
            ["b", { record: "B", tenantId: "t", window }],
            ["other", { record: "O", tenantId: "u", window: { ...window, used: 1, granted: 1 } }],
          ]),
        );
      },
      () => LIMIT,
    );
    const answers = await Promise.all(["a", "b", "other", "a"].map((id) => batcher.find(id)));
    expect(answers.map((answer) => [answer?.record, answer?.allowance?.refused, answer?.allowance?.remaining])).toEqual(
      [
        ["A", false, 1],
        ["B", false, 0],
        ["O", false, 2],
        ["A", true, 0],
      ],
    );
    expect(answers[0]?.allowance?.resetMs).toBe(nowMs + SLOTS * SLOT_MS);
  });

  it("rejects a lookup after three seconds, queued or sent, without delaying later ones", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { statements, fetch } = database();
      const batcher = new LookupBatcher(fetch, () => LIMIT, 1);
      const sent = batcher.find("a");
      await turn();
      vi.advanceTimersByTime(1_000);
      const queued = batcher.find("b");
      const outcomes = Promise.allSettled([sent, queued]);
      vi.advanceTimersByTime(1_999);
      const settled = vi.fn();
      void sent.then(settled, settled);
      await turn();
      expect(settled).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1_001);
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: "UNAVAILABLE" } });
      }
      const next = batcher.find("c");
      statements[0]?.fail(new Error("late"));
      await turn();
      await turn();
      expect(statements.map(({ hashes }) => hashes)).toEqual([["a"], ["c"]]);
      statements[1]?.answer();
      expect(await next).toEqual(invalid("c"));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
