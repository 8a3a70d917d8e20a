import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

import { expect, test } from "vitest";

import { listeningPorts } from "./listening-ports";

const BUSY = `
  const fs = require("node:fs");
  const server = require("node:net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
    setImmediate(function openAndClose() {
      for (let n = 0; n < 100; n++) {
        const files = Array.from({ length: 20 }, () => fs.openSync("/dev/null"));
        files.forEach((file) => fs.closeSync(file));
      }
      setImmediate(openAndClose);
    });
  });
`;

test.skipIf(process.platform !== "linux")(
  "the ports of a process that opens and closes files all the while are found each time (/proc, so Linux only)",
  async () => {
    const child = spawn(process.execPath, ["-e", BUSY], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [port] = (await once(child.stdout, "data")) as [Buffer];
      for (let n = 0; n < 100; n++) expect(listeningPorts(child.pid!)).toEqual([Number(port.toString())]);
    } finally {
      child.kill("SIGKILL");
    }
  },
);

test.skipIf(process.platform !== "linux")("every port of a process is found (/proc, so Linux only)", async () => {
  const servers = [createServer(), createServer()];
  await Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  expect(listeningPorts(process.pid)).toEqual(expect.arrayContaining(ports));
  for (const server of servers) server.close();
});
