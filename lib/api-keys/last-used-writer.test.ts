import { describe, expect, it } from "vitest";

import type { KeyUse } from "@/lib/api-keys/last-used";
import { LastUsedWriter, WRITE_INTERVAL_MS } from "@/lib/api-keys/last-used-writer";

const T = 1_767_225_600_000;

function setUp() {
  const state = {
    clock: 0,
    writes: [] as { uses: KeyUse[]; minAgeMs: number }[],
    failures: 0,
    down: false,
    skip: new Set<string>(),
  };
  const writer = new LastUsedWriter({
    clock: () => state.clock,
    write: (uses, minAgeMs) => {
      if (state.down) return Promise.reject(new Error("down"));
      state.writes.push({ uses: uses.map(({ keyId, usedAtMs }) => ({ keyId, usedAtMs })), minAgeMs });
      return Promise.resolve(uses.map((use) => use.keyId).filter((id) => !state.skip.has(id)));
    },
    failed: () => state.failures++,
  });
  return { state, writer };
}

describe("LastUsedWriter", () => {
  it("writes many uses of a key once, as the latest", async () => {
    const { state, writer } = setUp();
    for (const at of [T, T + 5, T + 2]) writer.note("a", at, null);
    await writer.flush();
    expect(state.writes.map((write) => write.uses)).toEqual([[{ keyId: "a", usedAtMs: T + 5 }]]);
  });

  it("writes a key at most once a minute, and its latest use when the minute is over", async () => {
    const { state, writer } = setUp();
    writer.note("a", T, null);
    await writer.flush();
    writer.note("a", T + 30_000, T);
    state.clock = WRITE_INTERVAL_MS - 1;
    await writer.flush();
    expect(state.writes).toHaveLength(1);
    state.clock = WRITE_INTERVAL_MS;
    await writer.flush();
    expect(state.writes[1]?.uses).toEqual([{ keyId: "a", usedAtMs: T + 30_000 }]);
  });

  it("minds what another process wrote", async () => {
    const { state, writer } = setUp();
    writer.note("a", T + 20_000, T);
    await writer.flush();
    expect(state.writes).toHaveLength(0);
    state.clock = 40_000;
    await writer.flush();
    expect(state.writes).toHaveLength(1);
  });

  it("logs a failed write and tries it again", async () => {
    const { state, writer } = setUp();
    state.down = true;
    writer.note("a", T, null);
    await writer.flush();
    expect([state.failures, state.writes.length]).toEqual([1, 0]);
    state.down = false;
    await writer.flush();
    expect(state.writes[0]?.uses).toEqual([{ keyId: "a", usedAtMs: T }]);
  });

  it("gives a row that was passed over one more chance, then forgets it", async () => {
    const { state, writer } = setUp();
    state.skip.add("a");
    writer.note("a", T, null);
    for (const minute of [0, 1, 2, 3]) {
      state.clock = minute * WRITE_INTERVAL_MS;
      await writer.flush();
    }
    expect(state.writes).toHaveLength(2);
  });

  it("writes everything at once when the process ends, and what is used after that too", async () => {
    const { state, writer } = setUp();
    writer.note("a", T + 1, T);
    await writer.stop();
    expect(state.writes).toEqual([{ uses: [{ keyId: "a", usedAtMs: T + 1 }], minAgeMs: 0 }]);
    writer.note("b", T + 2, T);
    await writer.flush();
    expect(state.writes[1]?.uses).toEqual([{ keyId: "b", usedAtMs: T + 2 }]);
  });

  it("holds the process until all is written, and lets it go when it cannot be", async () => {
    for (const down of [false, true]) {
      const { state, writer } = setUp();
      const held: Promise<void>[] = [];
      writer.hold = (untilIdle) => held.push(untilIdle);
      writer.note("a", T + 1, T);
      writer.note("b", T + 1, T);
      expect(held).toHaveLength(1);
      state.down = down;
      await writer.stop();
      await held[0];
      expect(state.writes).toHaveLength(down ? 0 : 1);
    }
  });
});
