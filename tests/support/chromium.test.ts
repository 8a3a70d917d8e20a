import { expect, test } from "vitest";

import { installHint } from "./chromium";

test("the hint is of the platform", () => {
  expect(installHint("linux")).toContain("apt-get install -y chromium");
  expect(installHint("darwin")).toContain("brew install");
  expect(installHint("darwin")).not.toContain("apt-get");
});
