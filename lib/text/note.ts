import { z } from "zod";

import { characterProblem, secretProblem } from "@/lib/text/name";

/** Longest note, in characters. */
export const NOTE_MAX = 500;

/** What is wrong with a text of several lines that others read, or a falsy value: too long, hidden characters, a whole key. */
function textProblem(text: string) {
  const length = Array.from(text).length;
  return length > NOTE_MAX
    ? `Use ${String(NOTE_MAX)} characters or fewer; this has ${String(length)}.`
    : text && (characterProblem(text.replaceAll(/[\r\n\t]/g, " ")) ?? secretProblem(text));
}

/** A text of up to {@link NOTE_MAX} characters on any number of lines. @param error for what is no text */
export const shownLines = (error: string) =>
  z
    .string(error)
    .trim()
    .transform((text) => text.normalize("NFC"))
    .superRefine((text, context) => {
      const problem = textProblem(text);
      if (problem) context.addIssue({ code: "custom", message: problem });
    });

/** A note; an empty one is none. */
export const note = shownLines("must be a text or null")
  .transform((text) => text || null)
  .nullable();
