import { describe, expect, it } from "vitest";

import { dateOrder, readTypedTime, typedDay } from "@/components/time/typed-time";

describe("a typed date and time", () => {
  it.each([
    ["2027-01-31T18:00", "2027-01-31T18:00"],
    ["2027-01-31 18:00", "2027-01-31T18:00"],
    ["2027-01-31", "2027-01-31T23:59"],
    ["2027/1/31 9:05", "2027-01-31T09:05"],
    ["12027-01-31T18:00", "12027-01-31T18:00"],
    ["31 Jan 2027, 18:00", "2027-01-31T18:00"],
    ["31 jan 2027", "2027-01-31T23:59"],
    ["1 January 2027 6 pm", "2027-01-01T18:00"],
    ["Jan 31, 2027, 6:30 PM", "2027-01-31T18:30"],
    ["Sept. 3, 2027 12 a.m.", "2027-09-03T00:00"],
    ["2027 Feb 28 12:15 pm", "2027-02-28T12:15"],
    ["  29-Feb-2028 \u202f 18:00:30 ", "2028-02-29T18:00"],
    ["31 2027 Oct 18:00", "2027-10-31T18:00"],
    ["31 1 27", "2027-01-31T23:59"],
    ["31/1/27 07:00", "2027-01-31T07:00"],
    ["31.01.2027 18:00", "2027-01-31T18:00"],
  ])("%j is read", (typed, time) => {
    expect(readTypedTime(typed, "dmy")).toBe(time);
  });

  it.each([
    "",
    "soon",
    "31 Jan",
    "31 Foo 2027",
    "30 Feb 2027",
    "31/31/2027",
    "31 Jan 2027 25:00",
    "31 Jan 2027 18:60",
    "1 2 3 4",
    "18:00",
  ])("%j is not", (typed) => {
    expect(readTypedTime(typed, "dmy")).toBeNull();
  });

  it("in digits is in the order of the language", () => {
    expect(["en-US", "en-GB", "de", "sv", "ja"].map((locale) => dateOrder(locale))).toEqual([
      "mdy",
      "dmy",
      "dmy",
      "ymd",
      "ymd",
    ]);
    expect(readTypedTime("02/03/2027 6:30 PM", "mdy")).toBe("2027-02-03T18:30");
    expect(readTypedTime("02/03/2027 18:30", "dmy")).toBe("2027-03-02T18:30");
    expect(readTypedTime("27-03-02 18:30", "ymd")).toBe("2027-03-02T18:30");
    expect(readTypedTime("02.03.2027", "ymd")).toBe("2027-03-02T23:59");
  });
});

it("a chosen day keeps the time that was typed", () => {
  const day = new Date(2027, 0, 31);
  expect(typedDay(day, "1 Mar 2027 6 pm", "dmy")).toBe("31 Jan 2027, 18:00");
  expect(typedDay(day, "", "dmy")).toBe("31 Jan 2027, 23:59");
});
