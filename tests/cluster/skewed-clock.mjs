// Loaded before Next (`node --import`): this process's clock is wrong by NEO_CLOCK_SKEW_MS milliseconds, as a server's may be.
import process from "node:process";

const skew = Number(process.env.NEO_CLOCK_SKEW_MS ?? 0);
const RealDate = Date;

if (skew !== 0) {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, made) => {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-return -- Reflect.construct has no better type
      return Reflect.construct(target, given.length === 0 ? [Date.now()] : given, made);
    },
    apply: () => new Date().toString(),
    get: (target, name, receiver) =>
      name === "now" ? () => RealDate.now() + skew : /** @type {unknown} */ (Reflect.get(target, name, receiver)),
  });
}
