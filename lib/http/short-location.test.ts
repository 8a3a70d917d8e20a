import { describe, expect, it } from "vitest";

import { MAX_LOCATION, shortLocation } from "./short-location";

const ORIGIN = "https://keys.example.com";
const LONG = "x".repeat(8_000);

describe("shortLocation", () => {
  it.each([
    "/agents",
    "/agents?q=a#b",
    `${ORIGIN}/sign-in?callbackUrl=%2Fagents`,
    `/a?q=${"x".repeat(MAX_LOCATION - 5)}`,
  ])("keeps %s", (location) => {
    expect(shortLocation(location, ORIGIN)).toBe(location);
  });

  it.each([
    [`/agents?q=${LONG}`, "/agents"],
    [`/agents#${LONG}`, "/agents"],
    [`${ORIGIN}/sign-in?error=${LONG}`, `${ORIGIN}/sign-in`],
    [`/${LONG}/agents`, "/"],
    [`/${LONG}?q=1`, "/"],
    [`${ORIGIN}/${LONG}`, "/"],
  ])("shortens a location that a proxy would refuse", (location, short) => {
    expect(shortLocation(location, ORIGIN)).toBe(short);
  });

  it("keeps another site's URL, which would differ without its query", () => {
    const location = `https://login.example.com/authorize?state=${LONG}`;
    expect(shortLocation(location, ORIGIN)).toBe(location);
  });
});
