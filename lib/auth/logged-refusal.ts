import "server-only";

import { type AppError, refusalOf } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { log } from "@/lib/logging/log";

const MESSAGES = {
  fault: "Something went wrong on our side.",
  outage: "The service is unavailable right now. Try again in a moment.",
};

/**
 * The refusal that an error of a dashboard request is answered with. Failures of ours are logged.
 * @param what what failed, for the log
 * @param path the route's own, for the log
 */
export function loggedRefusal(error: unknown, what: string, path?: string, messages = MESSAGES): AppError {
  const refusal = refusalOf(error, messages);
  if (STATUS[refusal.code] >= 500) log().error({ err: refusal.cause ?? refusal, path }, what);
  return refusal;
}
