import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { freePort } from "../dev/port";

import { connectWithin, databaseWaitSeconds, mayPass } from "./wait-for-database";

const failure = (code: string | undefined, message = "no") => Object.assign(new Error(message), code ? { code } : {});

describe("mayPass", () => {
  it.each([
    ["57P03", "the database system is starting up"],
    ["57P01", "terminating connection due to administrator command"],
    ["53300", "sorry, too many clients already"],
    ["08006", "connection failure"],
    ["08P01", "pgbouncer cannot connect to server"],
    ["08P01", "server login has been failing, try again later (server_login_retry)"],
    ["08P01", "no more connections allowed (max_client_conn)"],
    ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5432"],
    ["ENOTFOUND", "getaddrinfo ENOTFOUND database"],
    ["EAI_AGAIN", "getaddrinfo EAI_AGAIN database"],
    [undefined, "Connection terminated unexpectedly"],
    [undefined, "timeout expired"],
  ])("%s (%s): yes", (code, message) => {
    expect(mayPass(failure(code, message))).toBe(true);
  });

  it.each([
    ["28P01", "password authentication failed"],
    ["08P01", "SASL authentication failed"],
    ["08P01", "no such database: neo"],
    ["08P01", 'database "neo" does not exist'],
    ["3D000", "database does not exist"],
    ["28000", "no pg_hba.conf entry"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain"],
    [undefined, "The server does not support SSL connections"],
    [undefined, "SASL: client password must be a string"],
  ])("%s (%s): no", (code, message) => {
    expect(mayPass(failure(code, message))).toBe(false);
  });
});

describe("databaseWaitSeconds", () => {
  it.each([
    [undefined, 60],
    ["", 60],
    ["0", 0],
    [" 90\n", 90],
    ["3600", 3600],
  ])("%j is %d", (text, seconds) => {
    expect(databaseWaitSeconds(text)).toBe(seconds);
  });

  it.each(["-1", "3601", "1.5", "1m", "abc"])("refuses %j by name", (text) => {
    expect(() => databaseWaitSeconds(text)).toThrow(/^DATABASE_WAIT_SECONDS must be/);
  });
});

/** PostgreSQL's response to a connection: ready, or an error with this SQLSTATE. */
const READY = Buffer.concat([
  Buffer.from("R"),
  Buffer.from([0, 0, 0, 8, 0, 0, 0, 0]),
  Buffer.from("Z"),
  Buffer.from([0, 0, 0, 5]),
  Buffer.from("I"),
]);
function refusal(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mthe database says ${code}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from("E"), length, fields]);
}

describe("connectWithin", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A server that sends these greetings to its connections in order, repeating the last. */
  async function serve(port: number, ...greetings: Buffer[]): Promise<number> {
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () =>
        socket.write(greetings.length > 1 ? (greetings.shift() ?? READY) : (greetings[0] ?? READY)),
      );
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }
  const urlOf = (port: number) => `postgresql://neo@127.0.0.1:${String(port)}/neo?sslmode=disable`;

  it("waits for a server that is not there yet, and says so once", async () => {
    const port = await freePort();
    const lines: string[] = [];
    setTimeout(() => void serve(port, READY), 1_500);
    const client = await connectWithin(urlOf(port), 10_000, (line) => lines.push(line));
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(lines).toEqual([
      expect.stringMatching(/^Waiting for the database, 10 s at most \(.*ECONNREFUSED.*\) \.\.\.$/),
    ]);
  });

  it("waits for a server that is starting up", async () => {
    const port = await serve(0, refusal("57P03"), READY);
    const lines: string[] = [];
    const client = await connectWithin(urlOf(port), 10_000, (line) => lines.push(line));
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect(lines).toHaveLength(1);
  });

  it("ends with the last error when the time is over", async () => {
    const begin = performance.now();
    await expect(connectWithin(urlOf(await freePort()), 2_500, () => undefined)).rejects.toThrow(/ECONNREFUSED/);
    expect(performance.now() - begin).toBeLessThan(4_000);
  });

  it.each([
    ["28P01", 60_000],
    ["57P03", 0],
  ])("does not wait for what waiting does not help, nor without a time: %s", async (code, wait) => {
    const port = await serve(0, refusal(code));
    const begin = performance.now();
    await expect(connectWithin(urlOf(port), wait, () => undefined)).rejects.toMatchObject({ code });
    expect(performance.now() - begin).toBeLessThan(900);
  });

  it("a server that requires a missing password is not retried, and the setting is named", async () => {
    // AuthenticationSASL with the mechanism that every server has, then AuthenticationSASLContinue.
    const port = await serve(0, Buffer.from("R\0\0\0\x17\0\0\0\nSCRAM-SHA-256\0\0", "latin1"));
    const closed = new Promise((resolve) =>
      server?.on("connection", (socket) => {
        socket.once("close", resolve);
        socket.once("data", () => socket.once("data", () => socket.write("R\0\0\0\x0b\0\0\0\x0br=x")));
      }),
    );
    await expect(connectWithin(urlOf(port), 60_000, () => undefined)).rejects.toThrow(
      "DATABASE_URL has no password, and the server asks for one",
    );
    await closed;
  });
});
