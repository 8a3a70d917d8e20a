import { z } from "zod";

/** A setting without a default. @param hint what to put there */
export const required = (name: string, hint: string) => z.string({ error: `${name} is missing: ${hint}` });

/** One of these words. */
export const choice = <const Words extends readonly [string, string, ...string[]]>(
  words: Words,
  standard: Words[number],
) => z.enum(words, { error: `must be ${words.slice(0, -1).join(", ")} or ${String(words.at(-1))}` }).default(standard);

/** Decimal digits alone: no sign, exponent or leading zeros, which other programs read as octal. */
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;

/** A whole number in this range; `standard` when it is unset. */
export const wholeNumber = (least: number, most: number, standard: number) => {
  const error = `must be a whole number from ${least} to ${most}, in digits such as ${standard}`;
  return z
    .string()
    .regex(WHOLE_NUMBER, error)
    .default(String(standard))
    .transform(Number)
    .refine((value) => value >= least && value <= most, error);
};

/** An optional text. @param problemOf what is wrong with it, or null */
export const checked = (problemOf: (text: string) => string | null) =>
  z
    .string()
    .superRefine((text, context) => {
      const message = problemOf(text);
      if (message) context.addIssue({ code: "custom", message });
    })
    .optional();
