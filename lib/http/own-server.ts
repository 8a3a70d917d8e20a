import { processWide } from "@/lib/config/process-wide";

/** Whether this process runs server/main.ts: Next's own server lacks its limits and trusts fields that a client can send. */
export const ownServer = processWide("own server", () => ({ runs: false }));
