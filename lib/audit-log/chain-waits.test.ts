import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ChainWaits, WAIT_LIMITS } from "@/lib/audit-log/chain-waits";

const SECOND = 1_000;
const never = () => new AbortController().signal;

/** Chains in memory. */
function newWaits(limits: Partial<typeof WAIT_LIMITS> = {}) {
  const ends = new Map<string, bigint>([
    ["a", 5n],
    ["b", 7n],
  ]);
  const reads: (readonly string[])[] = [];
  const database = { failing: false };
  const waits = new ChainWaits(
    (tenantIds) => {
      reads.push(tenantIds);
      if (database.failing) return Promise.reject(new Error("ECONNREFUSED"));
      return Promise.resolve(new Map(tenantIds.flatMap((id) => (ends.has(id) ? [[id, ends.get(id) ?? 0n]] : []))));
    },
    { ...WAIT_LIMITS, ...limits },
  );
  return { waits, ends, reads, database };
}

/** How a wait ended so far. */
function watch(wait: Promise<boolean>) {
  const seen = { as: "waiting" };
  wait.then(
    (waited) => (seen.as = waited ? "ended" : "no room"),
    (error: unknown) => (seen.as = String(error)),
  );
  return seen;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a wait for the next event", () => {
  it("ends once the chain moves, and leaves those of other chains waiting", async () => {
    const { waits, ends } = newWaits();
    const [ours, theirs] = [
      watch(waits.until("a", 5n, 30 * SECOND, never())),
      watch(waits.until("b", 7n, 30 * SECOND, never())),
    ];
    await vi.advanceTimersByTimeAsync(3 * SECOND);
    expect([ours.as, theirs.as]).toEqual(["waiting", "waiting"]);
    ends.set("a", 6n);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect([ours.as, theirs.as]).toEqual(["ended", "waiting"]);
  });

  it("ends for an event that was written just before it began, or while the ends are being read", async () => {
    const { waits, ends } = newWaits();
    ends.set("a", 6n);
    const late = watch(waits.until("a", 5n, 30 * SECOND, never()));
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(late.as).toBe("ended");
    let answer = (_: ReadonlyMap<string, bigint>): void => undefined;
    const slow = new ChainWaits(() => new Promise((resolve) => (answer = resolve)), WAIT_LIMITS);
    const first = watch(slow.until("a", 5n, 30 * SECOND, never()));
    await vi.advanceTimersByTimeAsync(SECOND);
    // The statement has its snapshot; then the event is written, and a second waiter comes, who has seen it or not.
    const second = watch(slow.until("a", 5n, 30 * SECOND, never()));
    answer(new Map([["a", 5n]]));
    await vi.advanceTimersByTimeAsync(SECOND);
    answer(new Map([["a", 6n]]));
    await vi.advanceTimersByTimeAsync(0);
    expect([first.as, second.as]).toEqual(["ended", "ended"]);
  });

  it("ends when its time is over, when the chain is gone or shorter, and when the process ends", async () => {
    const { waits, ends } = newWaits();
    const short = watch(waits.until("a", 5n, 1_500, never()));
    const long = watch(waits.until("b", 7n, 30 * SECOND, never()));
    const unknown = watch(waits.until("c", 1n, 30 * SECOND, never()));
    const ahead = watch(waits.until("a", 9n, 30 * SECOND, never()));
    await vi.advanceTimersByTimeAsync(SECOND);
    expect([short.as, long.as, unknown.as, ahead.as]).toEqual(["waiting", "waiting", "ended", "ended"]);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect([short.as, long.as]).toEqual(["ended", "waiting"]);
    waits.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(long.as).toBe("ended");
    expect(await waits.until("a", ends.get("a") ?? 0n, SECOND, never())).toBe(false);
  });

  it("fails when the database does, and when the client hangs up", async () => {
    const { waits, database } = newWaits();
    const hangUp = new AbortController();
    const gone = watch(waits.until("a", 5n, 30 * SECOND, hangUp.signal));
    hangUp.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(gone.as).toContain("AbortError");
    await expect(waits.until("a", 5n, SECOND, hangUp.signal)).rejects.toThrow(/abort/i);
    database.failing = true;
    const failed = watch(waits.until("a", 5n, 30 * SECOND, never()));
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(failed.as).toContain("ECONNREFUSED");
    database.failing = false;
    const later = watch(waits.until("a", 4n, 30 * SECOND, never()));
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(later.as).toBe("ended");
  });
});

describe("the statement that reads the ends", () => {
  it("is one a second for all who wait, and none while nobody does", async () => {
    const { waits, reads } = newWaits();
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(reads).toEqual([]);
    for (let n = 0; n < 20; n++) watch(waits.until(n % 2 ? "a" : "b", n % 2 ? 5n : 7n, 5_500, never()));
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(reads).toEqual(Array.from({ length: 5 }, () => ["b", "a"]));
    // Somebody who comes while the last interval runs out begins no second one.
    watch(waits.until("a", 5n, 500, never()));
    await vi.advanceTimersByTimeAsync(600);
    watch(waits.until("a", 5n, 1_900, never()));
    await vi.advanceTimersByTimeAsync(10 * SECOND);
    expect(reads).toHaveLength(7);
  });
});

describe("too many waits", () => {
  it("end immediately: beyond the tenant's number, and beyond the process's", async () => {
    const { waits, reads } = newWaits({ total: 30, each: 20 });
    const ours = Array.from({ length: 10_000 }, () => watch(waits.until("a", 5n, 5 * SECOND, never())));
    const theirs = Array.from({ length: 100 }, () => watch(waits.until("b", 7n, 5 * SECOND, never())));
    await vi.advanceTimersByTimeAsync(0);
    const waiting = (all: typeof ours) => all.filter(({ as }) => as === "waiting").length;
    expect([waiting(ours), waiting(theirs)]).toEqual([20, 10]);
    expect([waits.hasRoom("a"), waits.hasRoom("c")]).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    expect([waiting(ours), waiting(theirs)]).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    expect([waits.hasRoom("a"), waits.hasRoom("c")]).toEqual([true, true]);
    expect(reads.length).toBeLessThanOrEqual(5);
  });
});
