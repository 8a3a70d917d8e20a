import type { Child } from "./child";

/** What was started, in order; `stop` ends it in the opposite order, so that the app drains while its database answers. */
export class ProcessGroup {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;
  /** Called when a process ends that nobody asked to end. */
  onLoss: (name: string, code: number) => void = () => undefined;

  /** Whether the end has begun. */
  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Adds something to stop later; stops it at once when the end has already begun. */
  add(stop: () => Promise<void>): void {
    if (this.#stopping) void stop();
    else this.#stops.push(stop);
  }

  /** Adds a process, and watches it. */
  addChild = (child: Child): void => {
    this.add(() => child.stop());
    void child.ended.then((code) => {
      if (!child.stopping) this.onLoss(child.name, code);
    });
  };

  /** Stops everything, last started first. Calling it again waits for the same end. */
  stop(): Promise<void> {
    return (this.#stopping ??= (async () => {
      for (const stop of this.#stops.reverse()) await stop();
    })());
  }
}
