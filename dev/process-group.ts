import type { Child } from "./child";

/** Processes in start order. `stop` ends them in reverse, so that the app drains while its database still runs. */
export class ProcessGroup {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;
  /** Called when a process ends unexpectedly. */
  onLoss: (name: string, code: number) => void = () => undefined;

  /** Whether it is stopping or has stopped. */
  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Adds something to stop later; stops it immediately when the group is already stopping. */
  add(stop: () => Promise<void>): void {
    if (this.#stopping) void stop();
    else this.#stops.push(stop);
  }

  /** Adds a process and watches it. */
  addChild = (child: Child): void => {
    this.add(() => child.stop());
    void child.ended.then((code) => {
      if (!child.stopping) this.onLoss(child.name, code);
    });
  };

  /** Stops everything, last started first. A second call waits for the first. */
  stop(): Promise<void> {
    return (this.#stopping ??= (async () => {
      for (const stop of this.#stops.reverse()) await stop();
    })());
  }
}
