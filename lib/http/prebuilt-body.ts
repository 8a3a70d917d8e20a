/**
 * The body of an answer that is there already, whole. Next pipes a body to its client; pipeTo's own way of doing that, a read,
 * a write and a wait for each chunk, is for streams of which nobody knows what comes (docs/decisions/039).
 * Read in any other way it is an ordinary stream.
 */
export class ReadyBody extends ReadableStream<Uint8Array> {
  readonly #chunks: readonly Uint8Array[];

  /** @param chunks in their order; nobody may change them afterwards */
  constructor(...chunks: readonly Uint8Array[]) {
    super(
      {
        pull(controller) {
          for (const chunk of chunks) controller.enqueue(chunk);
          controller.close();
        },
      },
      // Nothing is put into the queue before somebody reads.
      { highWaterMark: 0 },
    );
    this.#chunks = chunks;
  }

  /**
   * Writes the chunks and closes. Once; what is asked for beyond that goes pipeTo's own way.
   * @throws what the destination fails with; the signal's reason when it is aborted
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
        // It says what went wrong itself; here the signal's reason counts.
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
