import { describe, expect, it } from "vitest";

import { SharedRead } from "@/lib/shared-read";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("SharedRead", () => {
  it("makes one read of those that are the same in one turn, and one of each that is not", async () => {
    const shared = new SharedRead<number>();
    let reads = 0;
    const run = () => Promise.resolve(++reads);
    const answers = await Promise.all([shared.get("a", run), shared.get("a", run), shared.get("b", run)]);
    expect(reads).toBe(2);
    expect(answers[0]).toBe(answers[1]);
    expect(answers[2]).not.toBe(answers[0]);
  });

  it("never joins a read that was already sent", async () => {
    const shared = new SharedRead<string>();
    let state = "before";
    const release: (() => void)[] = [];
    const run = async () => {
      const seen = state;
      await new Promise<void>((resolve) => release.push(resolve));
      return seen;
    };
    const first = shared.get("a", run);
    await turn();
    expect(release).toHaveLength(1);
    state = "after";
    const second = shared.get("a", run);
    await turn();
    for (const resolve of release) resolve();
    expect([await first, await second]).toEqual(["before", "after"]);
  });

  it("tells everyone who waited of a failure, and forgets it", async () => {
    const shared = new SharedRead<string>();
    const fail = () => Promise.reject(new Error("down"));
    const answers = await Promise.allSettled([shared.get("a", fail), shared.get("a", fail)]);
    expect(answers.map((answer) => answer.status)).toEqual(["rejected", "rejected"]);
    expect(await shared.get("a", () => Promise.resolve("up"))).toBe("up");
  });
});
