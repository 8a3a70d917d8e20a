import { describe, expect, it } from "vitest";

import { type Fetch, type KeyRecord, LookupBatcher } from "@/lib/public-api/key-lookup";

const record = (hash: string) => ({ hash, id: `id of ${hash}` }) as KeyRecord;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A database that answers when it is told to. */
function database() {
  const statements: {
    hashes: readonly string[];
    answer(known?: readonly string[]): void;
    fail(error: Error): void;
  }[] = [];
  const fetch: Fetch = (hashes) =>
    new Promise((resolve, reject) => {
      statements.push({
        hashes,
        answer: (known = hashes) => {
          resolve(known.map(record));
        },
        fail: reject,
      });
    });
  return { statements, fetch };
}

describe("LookupBatcher", () => {
  it("gathers the lookups of a turn into one statement, a key once, and gives everyone their own answer", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch);
    const answers = [batcher.find("a"), batcher.find("b"), batcher.find("a"), batcher.find("unknown")];
    expect(statements).toHaveLength(0);
    await turn();
    expect(statements.map((statement) => statement.hashes)).toEqual([["a", "b", "unknown"]]);
    statements[0]?.answer(["b", "a"]);
    expect(await Promise.all(answers)).toEqual([record("a"), record("b"), record("a"), null]);
  });

  it("never lets a lookup join a statement that was already sent, even for the same key", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch);
    const before = batcher.find("a");
    await turn();
    const after = batcher.find("a");
    await turn();
    expect(statements).toHaveLength(2);
    statements[1]?.answer([]);
    expect(await after).toBeNull();
    statements[0]?.answer();
    expect(await before).toEqual(record("a"));
  });

  it("holds back what arrives while all statements are under way, and sends it as one when one ends", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch, 1);
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
    expect(await Promise.all(later)).toEqual([record("b"), record("c")]);
  });

  it("fails those that asked, and only those", async () => {
    const { statements, fetch } = database();
    const batcher = new LookupBatcher(fetch);
    const failing = Promise.allSettled([batcher.find("a"), batcher.find("b")]);
    await turn();
    statements[0]?.fail(new Error("down"));
    expect((await failing).map((result) => result.status)).toEqual(["rejected", "rejected"]);
    const next = batcher.find("a");
    await turn();
    statements[1]?.answer();
    expect(await next).toEqual(record("a"));
  });
});
