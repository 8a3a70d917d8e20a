import { readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { ROOT } from "../dev/root";

const read = (file: string) => readFileSync(path.join(ROOT, "public", file));

describe("public/", () => {
  test("favicon.ico has 16, 32 and 48 pixels, each a PNG", () => {
    const icon = read("favicon.ico");
    // ICONDIR: reserved, type 1 (icon), count; then 16 bytes for each image.
    expect([icon.readUInt16LE(0), icon.readUInt16LE(2), icon.readUInt16LE(4)]).toEqual([0, 1, 3]);
    const sizes = [0, 1, 2].map((n) => {
      const entry = 6 + 16 * n;
      const image = icon.subarray(icon.readUInt32LE(entry + 12)).subarray(0, icon.readUInt32LE(entry + 8));
      expect(image.subarray(1, 4).toString()).toBe("PNG");
      expect(image.readUInt32BE(16)).toBe(icon.readUInt8(entry));
      return icon.readUInt8(entry);
    });
    expect(sizes).toEqual([16, 32, 48]);
  });

  test("security.txt has the fields RFC 9116 requires, and expires at most a year ahead", () => {
    const text = read(".well-known/security.txt").toString();
    expect(text).toMatch(/^Contact: (mailto:\S+@\S+|https:\/\/\S+)$/m);
    const expires = /^Expires: (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)$/m.exec(text)?.[1] ?? "";
    expect(Date.parse(expires)).toBeLessThanOrEqual(Date.now() + 366 * 24 * 60 * 60 * 1000);
  });

  test("the manifest names only icons that exist", () => {
    const { icons } = JSON.parse(read("manifest.webmanifest").toString()) as { icons: { src: string }[] };
    expect(icons.map(({ src }) => src)).toEqual(["/icon.svg", "/apple-touch-icon.png"]);
    expect(read("apple-touch-icon.png").readUInt32BE(16)).toBe(180);
  });
});
