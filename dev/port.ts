import { createServer } from "node:net";

/**
 * The port a PORT variable names.
 * @returns 3000 when unset
 * @throws Error unless it is a whole number from 1 to 65535
 */
export function parsePort(text: string | undefined): number {
  if (!text) return 3000;
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new Error(`PORT is "${text}", but must be a whole number from 1 to 65535`);
  return port;
}

/**
 * Whether a server could listen on the port now, on each of the addresses.
 * @param hosts addresses; those this machine does not have (IPv6 disabled) are skipped
 * @throws Error when this user may not bind the port, such as one below 1024
 */
export async function isPortFree(port: number, hosts: readonly string[]): Promise<boolean> {
  for (const host of hosts) if (!(await canListen(port, host))) return false;
  return true;
}

async function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else if (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT") resolve(true);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** A free loopback port. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  });
}
