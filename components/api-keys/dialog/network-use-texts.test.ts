import { describe, expect, it } from "vitest";

import { exclusionText, suggestionText } from "@/components/api-keys/dialog/network-use-texts";
import type { NetworkUse } from "@/lib/api-keys/network-use";

const use = (set: Partial<NetworkUse>): NetworkUse => ({
  ...{ days: 30, recorded: "full", addresses: 12, hasMore: false, outside: 12, suggestion: ["192.0.2.0/24"] },
  ...{ outsideThen: 0, ...set },
});

describe("what a suggestion says", () => {
  it.each<[Partial<NetworkUse>, string]>([
    [
      {},
      "Added 1 network. The list now covers all 12 addresses this key was used from in the last 30 days. Review it before you save.",
    ],
    [
      { outsideThen: 2 },
      "Added 1 network. The list now covers 10 of the 12 addresses this key was used from in the last 30 days. Review it before you save.",
    ],
    [
      { addresses: 1, outside: 1, hasMore: true },
      "Added 1 network. The list now covers the one address this key was used from in the last 30 days. There were more addresses than are recorded, so some may be missing. Review it before you save.",
    ],
    [
      { outside: 0, suggestion: [] },
      "These networks already cover all 12 addresses this key was used from in the last 30 days.",
    ],
    [
      { addresses: 0, outside: 0, suggestion: [] },
      "There’s no record of a call with this key in the last 30 days, so there’s nothing to suggest.",
    ],
    [
      { addresses: 0, outside: 0, suggestion: [], recorded: "off" },
      "The addresses of calls aren’t recorded, so there’s nothing to suggest.",
    ],
    [{ outside: null, suggestion: [] }, "Correct the networks above first."],
    [{ suggestion: [], outsideThen: 12 }, "There’s no room for more networks. Combine some of them."],
  ])("%j", (set, text) => {
    expect(suggestionText(use(set))).toBe(text);
  });
});

describe("what networks would refuse", () => {
  it.each<[Partial<NetworkUse>, string | null]>([
    [{ outside: 0 }, null],
    [{ outside: null }, null],
    [
      { outside: 1 },
      "1 of the 12 addresses this key was used from in the last 30 days is outside these networks. Calls from there will be refused.",
    ],
    [
      { outside: 1, addresses: 1 },
      "The one address this key was used from in the last 30 days is outside these networks. Calls from there will be refused.",
    ],
    [
      { outside: 3, recorded: "truncated" },
      "3 of the 12 addresses this key was used from in the last 30 days are outside these networks. Calls from there may be refused. Only the network part of each address is recorded.",
    ],
  ])("%j", (set, text) => {
    expect(exclusionText(use(set))).toBe(text);
  });
});
