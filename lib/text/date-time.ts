import { z } from "zod";

/** A space before an offset: what a `+` in a URL becomes. */
const LOST_PLUS = /\d \d\d(?::?\d\d)?$/;

/** A leap second (RFC 3339 §5.7), which neither JavaScript nor PostgreSQL can store. */
const LEAP_SECOND = /T\d\d:\d\d:60(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** What is wrong with a malformed date and time; `error` where nothing more specific is known. */
function dateTimeProblem(text: unknown, error: string): string {
  if (typeof text !== "string") return error;
  if (LOST_PLUS.test(text)) return "has a blank where its offset begins: write a + in an address as %2B";
  if (LEAP_SECOND.test(text)) return "is a leap second, which can't be kept: use second 59, or the next minute";
  return error;
}

/**
 * A date and time with an offset (RFC 3339); `T` and `Z` in either case.
 * @param error the message for anything else
 */
export const dateTime = (error: string) =>
  z
    .string(error)
    .overwrite((text) => text.replace(/^([\d-]{10})t/, "$1T").replace(/z$/, "Z"))
    .check(z.iso.datetime({ offset: true, error: ({ input }) => dateTimeProblem(input, error) }));
