import { expect, it } from "vitest";

import { SharedRead } from "@/lib/db/shared-read";

/** A shared read with a manual clock, of a state that can change during reads. */
function scene() {
  const at = { now: 0, state: "before" };
  const shared = new SharedRead<string>(() => at.now);
  const answers: (() => void)[] = [];
  const run = async () => {
    const seen = at.state;
    await new Promise<void>((resolve) => answers.push(resolve));
    return seen;
  };
  const answerAll = () => {
    for (const answer of answers) answer();
  };
  return { at, shared, run, answers, answerAll };
}

it("shares one read, sent after they arrived, among equal requests, but not with different ones", async () => {
  const { at, shared, run, answers, answerAll } = scene();
  at.now = 10;
  const first = shared.get("a", 3, run);
  at.now = 12;
  // It arrived before the read was sent, but joins only now.
  const second = shared.get("a", 10, run);
  const other = shared.get("b", 3, run);
  expect(answers).toHaveLength(2);
  answerAll();
  expect(await Promise.all([first, second, other])).toEqual(["before", "before", "before"]);
});

it("never joins a read that was sent before the request arrived", async () => {
  const { at, shared, run, answers, answerAll } = scene();
  at.now = 10;
  const first = shared.get("a", 3, run);
  at.state = "after";
  at.now = 11;
  const second = shared.get("a", 10.5, run);
  // Later requests join the newer read, even after the older one ended.
  answers[0]?.();
  await first;
  const third = shared.get("a", 11, run);
  expect(answers).toHaveLength(2);
  answerAll();
  expect([await first, await second, await third]).toEqual(["before", "after", "after"]);
});

it("reads again after a read has ended", async () => {
  const { at, shared } = scene();
  at.now = 10;
  let reads = 0;
  const run = () => Promise.resolve(String(++reads));
  expect(await shared.get("a", 1, run)).toBe("1");
  expect(await shared.get("a", 1, run)).toBe("2");
});

it("rejects every joined request on failure, and doesn't cache the failure", async () => {
  const { shared } = scene();
  const fail = () => Promise.reject(new Error("down"));
  const answers = await Promise.allSettled([shared.get("a", 0, fail), shared.get("a", 0, fail)]);
  expect(answers.map((answer) => answer.status)).toEqual(["rejected", "rejected"]);
  expect(await shared.get("a", 0, () => Promise.resolve("up"))).toBe("up");
});
