import { once } from "node:events";
import { createServer } from "node:net";

import { expect, test } from "vitest";

import { freePort, isPortFree, parsePort } from "./port";

test("parsePort", () => {
  expect(parsePort(undefined)).toBe(3000);
  expect(parsePort("")).toBe(3000);
  expect(parsePort("65535")).toBe(65_535);
  for (const wrong of ["0", "65536", "80a", "-1", "3000.5", " 3000"])
    expect(() => parsePort(wrong)).toThrow(`PORT is "${wrong}"`);
});

test("isPortFree sees a listener on any of the addresses", async () => {
  const port = await freePort();
  expect(await isPortFree(port, ["127.0.0.1", "::1"])).toBe(true);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  expect(await isPortFree(port, ["::1", "127.0.0.1"])).toBe(false);
  expect(await isPortFree(port, ["0.0.0.0"])).toBe(false);
  server.close();
});
