import { describe, expect, it } from "vitest";

import { PrebuiltBody } from "@/lib/http/prebuilt-body";

const bytes = (text: string) => Buffer.from(text);

/** A destination that records what it receives; `close` can be delayed. */
function keeper({ close = () => Promise.resolve(), write = () => Promise.resolve() } = {}) {
  const chunks: string[] = [];
  let aborted: unknown;
  const destination = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      await write();
      chunks.push(Buffer.from(chunk).toString());
    },
    close,
    abort: (reason: unknown) => {
      aborted = reason;
    },
  });
  return { chunks, destination, aborted: () => aborted };
}

describe("PrebuiltBody", () => {
  it("writes its chunks in order and closes, respecting backpressure", async () => {
    let closed = false;
    const slow = keeper({
      write: () => new Promise((resolve) => setImmediate(resolve)),
      close: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        closed = true;
      },
    });
    await new PrebuiltBody(bytes("a"), bytes("b"), bytes("c")).pipeTo(slow.destination);
    expect(slow.chunks).toEqual(["a", "b", "c"]);
    expect(closed).toBe(true);
  });

  it("reads as an ordinary stream, every time", async () => {
    const body = () => new PrebuiltBody(bytes('{"a":'), bytes("1}"));
    expect(await new Response(body()).json()).toEqual({ a: 1 });
    const seen: string[] = [];
    for await (const chunk of body()) seen.push(Buffer.from(chunk).toString());
    expect(seen).toEqual(['{"a":', "1}"]);
  });

  it("fails with its destination's error", async () => {
    const broken = keeper({ write: () => Promise.reject(new Error("the socket is gone")) });
    await expect(new PrebuiltBody(bytes("a"), bytes("b")).pipeTo(broken.destination)).rejects.toThrow(
      "the socket is gone",
    );
  });

  it("aborts the destination with the reason when the client disconnects, even during close", async () => {
    const gone = new Error("the client is gone");
    const writing = keeper({ write: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const controller = new AbortController();
    const sent = new PrebuiltBody(bytes("a"), bytes("b")).pipeTo(writing.destination, { signal: controller.signal });
    controller.abort(gone);
    await expect(sent).rejects.toBe(gone);
    await expect.poll(writing.aborted).toBe(gone);
    expect(writing.chunks.length).toBeLessThan(2);

    const closing = keeper({ close: () => new Promise(() => undefined) });
    const during = new AbortController();
    const waiting = new PrebuiltBody(bytes("a")).pipeTo(closing.destination, { signal: during.signal });
    await expect.poll(() => closing.chunks).toEqual(["a"]);
    during.abort(gone);
    await expect(waiting).rejects.toBe(gone);
  });

  it("keeps its destination open with preventClose", async () => {
    const { chunks, destination } = keeper();
    await new PrebuiltBody(bytes("a")).pipeTo(destination, { preventClose: true });
    await new PrebuiltBody(bytes("b")).pipeTo(destination);
    expect(chunks).toEqual(["a", "b"]);
  });

  it("sends nothing if the client has already disconnected", async () => {
    const gone = new Error("the client is gone");
    const { chunks, destination, aborted } = keeper();
    await expect(new PrebuiltBody(bytes("a")).pipeTo(destination, { signal: AbortSignal.abort(gone) })).rejects.toBe(
      gone,
    );
    expect(chunks).toEqual([]);
    expect(aborted()).toBe(gone);
  });
});
