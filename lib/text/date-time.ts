import { z } from "zod";

/** A blank before the digits of an offset: what a `+` in an address becomes. */
const LOST_PLUS = /\d \d\d(?::?\d\d)?$/;

/** The second that UTC sometimes has after 59 (RFC 3339 §5.7). Neither our clocks nor PostgreSQL's keep it. */
const LEAP_SECOND = /T\d\d:\d\d:60(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** What is wrong with a text that is no date and time; `error` where nothing more can be said. */
function dateTimeProblem(text: unknown, error: string): string {
  if (typeof text !== "string") return error;
  if (LOST_PLUS.test(text)) return "has a blank where its offset begins: write a + in an address as %2B";
  if (LEAP_SECOND.test(text)) return "is a leap second, which can't be kept: use second 59, or the next minute";
  return error;
}

/**
 * A date and time with an offset, as RFC 3339 writes it; its `T` and `Z` in either case.
 * @param error what to say of anything else
 */
export const dateTime = (error: string) =>
  z
    .string(error)
    .overwrite((text) => text.replace(/^([\d-]{10})t/, "$1T").replace(/z$/, "Z"))
    .check(z.iso.datetime({ offset: true, error: ({ input }) => dateTimeProblem(input, error) }));
