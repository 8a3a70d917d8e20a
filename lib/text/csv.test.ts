import { describe, expect, it } from "vitest";

import { csvField } from "./csv";

describe("csvField", () => {
  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "＋1", "－1", "＠x"])(
    "turns %j, which a spreadsheet would run as a formula, into text",
    (text) => {
      expect(csvField(text)).toBe(`"'${text}"`);
    },
  );

  it.each([
    // If a semicolon or a tab separates fields, a new cell begins in the middle, even inside quotes.
    ["Export;=1+1", `"Export;'=1+1"`],
    ["a; +1;\t@x", `"a; '+1;\t'@x"`],
    ['curl;"=cmd|x"', `"curl;""'=cmd|x"""`],
    ["one\r\n-2\n＝3", `"one\r\n'-2\n'＝3"`],
    ["  =1+1", `"'  =1+1"`],
    ['"=1+1', `"'""=1+1"`],
    ["=1;=2", `"'=1;'=2"`],
  ])("leaves no formula in %j for a program that splits fields at another character", (text, field) => {
    expect(csvField(text)).toBe(field);
  });

  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64; rv:150.0)", "Mozilla/5.0 (X11; Linux x86_64; rv:150.0)"],
    ["plain", "plain"],
    ["a = b + c", "a = b + c"],
    ["a@b.example", "a@b.example"],
    ["", ""],
    [null, ""],
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ["two\r\nlines", '"two\r\nlines"'],
    ['="x"', `"'=""x"""`],
  ])("writes %j as RFC 4180 requires", (text, field) => {
    expect(csvField(text)).toBe(field);
  });
});
