import "server-only";

import { processWide } from "@/lib/config/process-wide";
import { AppError } from "@/lib/errors/app-error";
import { CREDENTIAL_PROBLEMS, type CredentialProblem } from "@/lib/errors/reasons";
import { Distribution } from "@/lib/telemetry/distribution";
import { AllRequestTimes } from "@/lib/telemetry/request-times";

/**
 * The result of checking a credential. Beside the reasons of a 401: `forbidden` is a disabled organisation, `unavailable` an outage of
 * the database or Microsoft, `failed` an internal error.
 */
export const OUTCOMES = [
  "valid",
  "rate_limited",
  ...CREDENTIAL_PROBLEMS,
  "forbidden",
  "unavailable",
  "failed",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What became of asking Microsoft about an organisation's accounts; `failed`: what it said could not be stored. */
export const ACCOUNT_CHECKS = ["checked", "no-consent", "throttled", "unavailable", "failed"] as const;

/** Seconds; a verification is one round trip to the database, and given up after three seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const CALLS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * What this process counts for /api/metrics. Always on: adding to a number costs less than checking whether metrics are enabled. Never
 * labelled by tenant, key or address, which are unbounded and confidential.
 */
export class Counts {
  readonly outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  /** From the start of a call to the decision about its credential, by what was decided. */
  readonly verification = {
    accepted: new Distribution(SECONDS),
    refused: new Distribution(SECONDS),
    failed: new Distribution(SECONDS),
  };
  /** The statements that look credentials up. */
  readonly statement = new Distribution(SECONDS);
  /** Calls that one statement served. */
  readonly batch = new Distribution(CALLS);
  /** Calls refused because their address had made too many without a valid credential. */
  unauthenticatedRefusals = 0;
  /** Answers of the API by status. */
  readonly answers = new Float64Array(600);
  /** How long requests took, by entrance, route, method and status class. */
  readonly requests = new AllRequestTimes();
  /** What became of sign-ins. */
  readonly signIns = new Map<string, number>();
  readonly accountChecks = Object.fromEntries(ACCOUNT_CHECKS.map((outcome) => [outcome, 0])) as Record<
    (typeof ACCOUNT_CHECKS)[number],
    number
  >;
  /** Members whose accounts Microsoft reported as disabled or deleted, or as enabled again. */
  readonly accountChanges = { gone: 0, restored: 0 };
  /** Pages and actions that failed with an unexpected error. */
  readonly pageErrors = { render: 0, route: 0, action: 0, proxy: 0 };

  /** Counts a credential that was found valid; a call over its organisation's limit is one too. */
  accepted(milliseconds: number, overLimit: boolean): void {
    if (overLimit) this.outcomes.rate_limited++;
    else this.outcomes.valid++;
    this.verification.accepted.observe(milliseconds / 1000);
  }

  /**
   * Counts a call without a credential that is valid.
   * @param outcome from the caller's {@link outcomeOf}: this object may be another bundle's, whose AppError is another class
   */
  refused(outcome: Outcome, milliseconds: number): void {
    this.outcomes[outcome]++;
    const ours = outcome === "unavailable" || outcome === "failed";
    (ours ? this.verification.failed : this.verification.refused).observe(milliseconds / 1000);
  }

  /** Counts a statement that looked up the credentials of some calls. */
  lookedUp(calls: number, milliseconds: number): void {
    this.batch.observe(calls);
    this.statement.observe(milliseconds / 1000);
  }

  /** @param outcome `signed_in`, or why there is no session */
  signIn(outcome: string): void {
    this.signIns.set(outcome, (this.signIns.get(outcome) ?? 0) + 1);
  }

  answered(status: number): void {
    this.answers[status] = (this.answers[status] ?? 0) + 1;
  }
}

/** The outcome that an error of `authenticate` stands for. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof AppError)) return "failed";
  if (error.code === "UNAUTHORIZED") return error.reason as CredentialProblem;
  // More than one Authorization header.
  if (error.code === "BAD_REQUEST") return "malformed";
  if (error.code === "FORBIDDEN") return "forbidden";
  return error.code === "UNAVAILABLE" ? "unavailable" : "failed";
}

/** The numbers of this process. */
export const counts = processWide("counts", () => new Counts());
