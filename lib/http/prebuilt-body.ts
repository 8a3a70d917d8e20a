/**
 * A response body that is already complete. Next pipes a body to the client, and the built-in pipeTo reads, writes and waits for each
 * chunk; this one writes all of them (docs/decisions/039). Read in any other way it is an ordinary stream.
 */
export class PrebuiltBody extends ReadableStream<Uint8Array> {
  readonly #chunks: readonly Uint8Array[];

  /** @param chunks in order; not to be changed afterwards */
  constructor(...chunks: readonly Uint8Array[]) {
    super(
      {
        pull(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      },
      // Enqueues nothing before the first read.
      { highWaterMark: 0 },
    );
    this.#chunks = chunks;
  }

  /**
   * Writes the chunks and closes; with other options it is the built-in pipeTo.
   * @throws the destination's error; the signal's reason when it is aborted
   */
  override pipeTo(destination: WritableStream<Uint8Array>, options: StreamPipeOptions = {}): Promise<void> {
    const { signal, preventAbort, preventCancel, preventClose } = options;
    if (preventAbort || preventCancel || preventClose) return super.pipeTo(destination, options);
    const writer = destination.getWriter();
    return new Promise((resolve, reject) => {
      const aborted = () => {
        const reason: unknown = signal?.reason;
        reject(
          reason instanceof Error ? reason : new Error("the body's way to its client was aborted", { cause: reason }),
        );
        // Its own failure is ignored: the signal's reason counts.
        writer.abort(reason).catch(() => undefined);
      };
      if (signal?.aborted) {
        aborted();
        return;
      }
      signal?.addEventListener("abort", aborted, { once: true });
      // A write that fails fails the closing too.
      for (const chunk of this.#chunks) writer.write(chunk).catch(() => undefined);
      writer.close().then(resolve, reject);
    });
  }
}
