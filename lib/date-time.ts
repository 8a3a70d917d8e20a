import { z } from "zod";

/** A blank before the digits of an offset: what a `+` in an address becomes. */
const LOST_PLUS = /\d \d\d(?::?\d\d)?$/;

/**
 * A date and time with an offset, as RFC 3339 writes it; its `T` and `Z` in either case.
 * @param error what to say of anything else
 */
export const dateTime = (error: string) =>
  z
    .string(error)
    .overwrite((text) => text.replace(/^([\d-]{10})t/, "$1T").replace(/z$/, "Z"))
    .check(
      z.iso.datetime({
        offset: true,
        error: ({ input }) =>
          typeof input === "string" && LOST_PLUS.test(input)
            ? "has a blank where its offset begins: write a + in an address as %2B"
            : error,
      }),
    );
