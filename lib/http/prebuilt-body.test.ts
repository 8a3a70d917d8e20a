import { describe, expect, it } from "vitest";

import { PrebuiltBody } from "@/lib/http/prebuilt-body";

const bytes = (text: string) => Buffer.from(text);

/** A destination that keeps what it is sent; `close` may take its time. */
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
  it("writes its chunks in their order and closes, each once it may", async () => {
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

  it("reads as an ordinary stream, each time it is made", async () => {
    const body = () => new PrebuiltBody(bytes('{"a":'), bytes("1}"));
    expect(await new Response(body()).json()).toEqual({ a: 1 });
    const seen: string[] = [];
    for await (const chunk of body()) seen.push(Buffer.from(chunk).toString());
    expect(seen).toEqual(['{"a":', "1}"]);
  });

  it("fails with what its destination fails with", async () => {
    const broken = keeper({ write: () => Promise.reject(new Error("the socket is gone")) });
    await expect(new PrebuiltBody(bytes("a"), bytes("b")).pipeTo(broken.destination)).rejects.toThrow(
      "the socket is gone",
    );
  });

  it("ends when the client goes, also while the destination closes, and aborts it with the reason", async () => {
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

  it("leaves its destination open when asked to", async () => {
    const { chunks, destination } = keeper();
    await new PrebuiltBody(bytes("a")).pipeTo(destination, { preventClose: true });
    await new PrebuiltBody(bytes("b")).pipeTo(destination);
    expect(chunks).toEqual(["a", "b"]);
  });

  it("sends nothing where the client has gone already", async () => {
    const gone = new Error("the client is gone");
    const { chunks, destination, aborted } = keeper();
    await expect(new PrebuiltBody(bytes("a")).pipeTo(destination, { signal: AbortSignal.abort(gone) })).rejects.toBe(
      gone,
    );
    expect(chunks).toEqual([]);
    expect(aborted()).toBe(gone);
  });
});
