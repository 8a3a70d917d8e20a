// Loaded before Next (`node --import`): this process's clock is wrong by NEO_CLOCK_SKEW_MS milliseconds, as a server's may be.
import process from "node:process";

const skew = Number(process.env.NEO_CLOCK_SKEW_MS ?? 0);
const RealDate = Date;

if (skew !== 0) {
  globalThis.Date = class extends RealDate {
    /** @param {ConstructorParameters<typeof Date> | []} given */
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() + skew);
      else super(...given);
    }

    static now() {
      return RealDate.now() + skew;
    }
  };
}
