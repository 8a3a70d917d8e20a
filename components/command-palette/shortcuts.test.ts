import { describe, expect, it } from "vitest";

import { shortcutOf } from "./shortcuts";

const PLAIN = {
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  defaultPrevented: false,
};
const press = (key: string, more: Partial<typeof PLAIN> = {}, isMac = false, singleKeys = true) =>
  shortcutOf({ ...PLAIN, key, ...more }, isMac, singleKeys);

describe("shortcutOf", () => {
  it("opens the palette by Ctrl K, and by ⌘ K on a Mac, where Ctrl K deletes to the end of the line", () => {
    expect(press("k", { ctrlKey: true })).toBe("palette");
    expect(press("K", { ctrlKey: true })).toBe("palette");
    expect(press("k", { metaKey: true }, true)).toBe("palette");
    expect(press("k", { ctrlKey: true }, true)).toBeNull();
    expect(press("k", { metaKey: true })).toBeNull();
    expect(press("k")).toBeNull();
  });

  it("knows / and ?", () => {
    expect(press("/")).toBe("search");
    expect(press("?")).toBe("help");
    expect(press("a")).toBeNull();
  });

  it.each(["ctrlKey", "metaKey", "altKey", "repeat", "isComposing", "defaultPrevented"] as const)(
    "ignores / and ? with %s",
    (what) => {
      for (const key of ["/", "?"]) expect(press(key, { [what]: true })).toBeNull();
    },
  );

  it("ignores a held key, one of an input method, and one that something else has used", () => {
    for (const what of ["altKey", "repeat", "isComposing", "defaultPrevented"] as const)
      expect(press("k", { ctrlKey: true, [what]: true })).toBeNull();
  });

  it("ignores / and ?, but not Ctrl K, once single keys are off", () => {
    expect(press("/", {}, false, false)).toBeNull();
    expect(press("?", {}, false, false)).toBeNull();
    expect(press("k", { ctrlKey: true }, false, false)).toBe("palette");
  });
});
