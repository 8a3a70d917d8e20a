import { expect, it } from "vitest";

import { type Call, judge } from "./history";

const call = (startedAt: number, endedAt: number, status: number, credential = "a"): Call => ({
  credential,
  startedAt,
  endedAt,
  status,
  instance: 0,
});

it("finds a call that was let in after the answer", () => {
  const late = call(11, 12, 200);
  const verdict = judge([call(1, 2, 200), late, call(12, 13, 401)], new Map([["a", 10]]));
  expect(verdict).toEqual({ violations: [late], acceptedBefore: 1, startedAfter: 2, refusedAfter: 1 });
});

it("lets a call that was under way end either way", () => {
  const verdict = judge([call(9, 11, 200), call(9, 11, 401), call(10, 11, 200)], new Map([["a", 10]]));
  expect(verdict).toEqual({ violations: [], acceptedBefore: 0, startedAfter: 0, refusedAfter: 0 });
});

it("counts no answer neither as let in nor as refused", () => {
  const verdict = judge([call(1, 2, 0), call(11, 12, 0), call(11, 12, 503)], new Map([["a", 10]]));
  expect(verdict).toEqual({ violations: [], acceptedBefore: 0, startedAfter: 2, refusedAfter: 0 });
});

it("says nothing of credentials that never ended", () => {
  expect(judge([call(1, 2, 200, "b")], new Map([["a", 10]]))).toMatchObject({ violations: [], startedAfter: 0 });
});

it("takes a page's redirect for a refusal", () => {
  expect(judge([call(11, 12, 307)], new Map([["a", 10]])).refusedAfter).toBe(1);
});
