import { EventEmitter } from "node:events";

import { describe, expect, it } from "vitest";

import { ClientConnection, SLOW_LIMITS } from "./connections";

const CHECK = SLOW_LIMITS.check;

/** A connection that was opened at 0, and what the server sees of it. */
function connect() {
  const socket = { bytesRead: 0, writableLength: 0 };
  const connection = new ClientConnection(socket, 0);
  return {
    socket,
    request: (now: number) => {
      const request = { complete: false };
      const response = new EventEmitter<{ close: [] }>();
      connection.begin(request, response as never, now);
      return { request, answered: () => response.emit("close") };
    },
    stayedIdle: () => connection.stayedIdle(),
    /** Checks it as often as the server does. @returns when it was found too slow, in milliseconds; null until `end` */
    cutBetween: (start: number, end: number) => {
      for (let now = start; now <= end; now += CHECK) if (connection.isTooSlow(SLOW_LIMITS, now)) return now;
      return null;
    },
  };
}

describe("a connection", () => {
  it("may stay without a byte for 75 seconds", () => {
    const { cutBetween } = connect();
    expect(cutBetween(0, 75_000)).toBeNull();
    expect(cutBetween(75_000 + CHECK, 100_000)).toBe(75_000 + CHECK);
  });

  it("has 15 seconds for a head, from its first byte on, however long it was unused", () => {
    const { socket, cutBetween } = connect();
    expect(cutBetween(0, 60_000)).toBeNull();
    socket.bytesRead = 1;
    const cut = cutBetween(60_000 + CHECK, 200_000) ?? Infinity;
    expect(cut).toBeGreaterThan(60_000 + SLOW_LIMITS.head);
    expect(cut).toBeLessThanOrEqual(60_000 + SLOW_LIMITS.head + 2 * CHECK);
  });

  it("has 30 seconds for all of a request", () => {
    const { socket, request, cutBetween } = connect();
    socket.bytesRead = 100;
    request(1_000);
    const cut = cutBetween(CHECK, 200_000) ?? Infinity;
    expect(cut).toBeGreaterThan(1_000 + SLOW_LIMITS.body);
    expect(cut).toBeLessThanOrEqual(1_000 + SLOW_LIMITS.body + CHECK);
  });

  it("may wait for its answer, and then idle, without limit", () => {
    const { socket, request, cutBetween } = connect();
    socket.bytesRead = 100;
    const first = request(0);
    first.request.complete = true;
    expect(cutBetween(0, 600_000)).toBeNull();
    first.answered();
    expect(cutBetween(600_000, 1_200_000)).toBeNull();
  });

  it.each([true, false])("is cut when it drips after an answer (its request was complete: %s)", (complete) => {
    const { socket, request, cutBetween } = connect();
    socket.bytesRead = 100;
    const first = request(0);
    Object.assign(first.request, { complete });
    first.answered();
    expect(cutBetween(0, 10_000)).toBeNull();
    socket.bytesRead = 101;
    const cut = cutBetween(15_000, 200_000) ?? Infinity;
    expect(cut).toBeGreaterThan(15_000 + SLOW_LIMITS.head - CHECK);
    expect(cut).toBeLessThanOrEqual(15_000 + SLOW_LIMITS.head + 2 * CHECK);
  });

  it("is not cut for its age when requests follow one another", () => {
    const { socket, request, cutBetween } = connect();
    for (let now = 0; now < 300_000; now += CHECK) {
      socket.bytesRead += 100;
      const { request: asked, answered } = request(now);
      asked.complete = true;
      answered();
      expect(cutBetween(now + 1, now + 1)).toBeNull();
    }
  });

  it("is cut when its answer is not read for a minute, however long the answer takes", () => {
    const { socket, request, cutBetween } = connect();
    socket.bytesRead = 100;
    request(0).request.complete = true;
    for (let unsent = 1_000_000; unsent > 0; unsent -= 100_000) {
      socket.writableLength = unsent;
      const now = 1_000_000 - unsent;
      expect(cutBetween(now, now + 50_000)).toBeNull();
    }
    expect(cutBetween(1_000_000, 1_060_000)).toBe(1_000_000);
  });

  it("is idle for a sweep once nothing has happened since the last: a fresh one too", () => {
    const { socket, request, stayedIdle } = connect();
    expect([stayedIdle(), stayedIdle()]).toEqual([false, true]);
    socket.bytesRead = 100;
    const { answered } = request(0);
    expect([stayedIdle(), stayedIdle()]).toEqual([false, false]);
    socket.writableLength = 10;
    answered();
    expect([stayedIdle(), stayedIdle()]).toEqual([false, false]);
    socket.writableLength = 0;
    expect(stayedIdle()).toBe(false);
    // The beginning of a request.
    socket.bytesRead = 101;
    expect([stayedIdle(), stayedIdle()]).toEqual([false, false]);
  });
});
