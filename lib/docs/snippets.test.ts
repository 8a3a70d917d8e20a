import { describe, expect, it } from "vitest";

import { LANGUAGES } from "./languages";
import { SNIPPET_NAMES, snippets } from "./snippets";

describe("snippet", () => {
  it.each(SNIPPET_NAMES.flatMap((name) => LANGUAGES.map((language) => [name, language] as const)))(
    "%s in %s calls this deployment with the key from the environment",
    (name, language) => {
      const program = Object.fromEntries(snippets(name, "https://keys.example.com/"))[language] ?? "";
      expect(program).toContain(
        "https://keys.example.com/public-api/".slice(0, name === "rate-limit" ? 24 : undefined),
      );
      expect(program).toContain("NEO_API_KEY");
      expect(program).not.toMatch(/BASE|neo_sk_|undefined/);
      expect(program).toBe(program.trim());
      expect(Math.max(...program.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
    },
  );
});
