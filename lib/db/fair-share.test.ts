import { describe, expect, it } from "vitest";

import { FairShare } from "@/lib/db/fair-share";

const busy = () => new Error("busy");
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** Starts tasks that end on demand; `started` lists their names in the order in which they began. */
function bench(share: FairShare) {
  const started: string[] = [];
  const end = new Map<string, () => void>();
  const ask = (owner: string, name: string) =>
    share.run(owner, () => {
      started.push(name);
      return new Promise<string>((resolve) => end.set(name, () => resolve(name)));
    });
  return { started, ask, end: (name: string) => end.get(name)?.() };
}

describe("shared slots", () => {
  it("limit one owner to its share, and another gets a free slot immediately", async () => {
    const { started, ask, end } = bench(new FairShare(4, 2, 1_000, busy));
    const all = ["a1", "a2", "a3", "a4"].map((name) => ask("a", name));
    const other = ask("b", "b1");
    expect(started).toEqual(["a1", "a2", "b1"]);
    end("a1");
    await turns();
    expect(started).toEqual(["a1", "a2", "b1", "a3"]);
    for (const name of ["a2", "a3", "b1"]) end(name);
    await turns();
    end("a4");
    expect(await Promise.all([...all, other])).toEqual(["a1", "a2", "a3", "a4", "b1"]);
  });

  it("go to the owner with the fewest, even behind a long queue of a busy owner", async () => {
    const { started, ask, end } = bench(new FairShare(2, 2, 1_000, busy));
    const all = ["a1", "a2", "a3", "a4"].map((name) => ask("a", name));
    all.push(ask("b", "b1"));
    end("a1");
    await turns();
    expect(started).toEqual(["a1", "a2", "b1"]);
    for (const name of ["a2", "b1"]) end(name);
    await turns();
    for (const name of ["a3", "a4"]) end(name);
    await Promise.all(all);
  });

  it("are released by failed tasks, and not held by one that stopped waiting", async () => {
    const share = new FairShare(1, 1, 30, busy);
    await expect(share.run("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    const { started, ask, end } = bench(share);
    const first = ask("a", "a1");
    await expect(ask("b", "b1")).rejects.toThrow("busy");
    end("a1");
    await first;
    const last = ask("a", "a2");
    end("a2");
    await last;
    expect(started).toEqual(["a1", "a2"]);
  });
});
