import { describe, expect, it } from "vitest";

import { DeferredWriter, type Use, WRITE_INTERVAL_MS } from "@/lib/db/deferred-writer";

const T = 1_767_225_600_000;

function setUp() {
  const state = {
    clock: 0,
    writes: [] as { uses: Use[]; minAgeMs: number }[],
    failures: 0,
    down: false,
    skip: new Set<string>(),
  };
  const writer = new DeferredWriter({
    clock: () => state.clock,
    write: (uses, minAgeMs) => {
      if (state.down) return Promise.reject(new Error("down"));
      state.writes.push({ uses: uses.map(({ id, usedAtMs }) => ({ id, usedAtMs })), minAgeMs });
      return Promise.resolve(uses.map((use) => use.id).filter((id) => !state.skip.has(id)));
    },
    failed: () => state.failures++,
  });
  return { state, writer };
}

describe("DeferredWriter", () => {
  it("many uses of a row are written once, as the latest", async () => {
    const { state, writer } = setUp();
    for (const at of [T, T + 5, T + 2]) writer.note("a", at, null);
    await writer.flush();
    expect(state.writes.map((write) => write.uses)).toEqual([[{ id: "a", usedAtMs: T + 5 }]]);
  });

  it("a row is written at most once a minute, with its latest use", async () => {
    const { state, writer } = setUp();
    writer.note("a", T, null);
    await writer.flush();
    writer.note("a", T + 30_000, T);
    state.clock = WRITE_INTERVAL_MS - 1;
    await writer.flush();
    expect(state.writes).toHaveLength(1);
    state.clock = WRITE_INTERVAL_MS;
    await writer.flush();
    expect(state.writes[1]?.uses).toEqual([{ id: "a", usedAtMs: T + 30_000 }]);
  });

  it("a use that another process wrote less than a minute ago waits", async () => {
    const { state, writer } = setUp();
    writer.note("a", T + 20_000, T);
    await writer.flush();
    expect(state.writes).toHaveLength(0);
    state.clock = 40_000;
    await writer.flush();
    expect(state.writes).toHaveLength(1);
  });

  it("a failed write is logged and retried", async () => {
    const { state, writer } = setUp();
    state.down = true;
    writer.note("a", T, null);
    await writer.flush();
    expect([state.failures, state.writes.length]).toEqual([1, 0]);
    state.down = false;
    await writer.flush();
    expect(state.writes[0]?.uses).toEqual([{ id: "a", usedAtMs: T }]);
  });

  it("a skipped row is retried once, then dropped", async () => {
    const { state, writer } = setUp();
    state.skip.add("a");
    writer.note("a", T, null);
    for (const minute of [0, 1, 2, 3]) {
      state.clock = minute * WRITE_INTERVAL_MS;
      await writer.flush();
    }
    expect(state.writes).toHaveLength(2);
  });

  it("ending the process writes everything immediately, later uses too", async () => {
    const { state, writer } = setUp();
    writer.note("a", T + 1, T);
    await writer.stop();
    expect(state.writes).toEqual([{ uses: [{ id: "a", usedAtMs: T + 1 }], minAgeMs: 0 }]);
    writer.note("b", T + 2, T);
    await writer.flush();
    expect(state.writes[1]?.uses).toEqual([{ id: "b", usedAtMs: T + 2 }]);
  });

  it("what can't be written while the process ends is given up", async () => {
    const { state, writer } = setUp();
    writer.note("a", T + 1, T);
    state.down = true;
    await writer.stop();
    state.down = false;
    await writer.flush();
    expect(state.writes).toHaveLength(0);
  });
});
