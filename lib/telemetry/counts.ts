import "server-only";

import { AppError } from "@/lib/errors/app-error";
import { CREDENTIAL_PROBLEMS, type CredentialProblem } from "@/lib/public-api/credentials/authorization-header";
import type { SignInError } from "@/lib/auth/sign-in-errors";
import { Distribution } from "@/lib/telemetry/distribution";
import { AllRequestTimes } from "@/lib/telemetry/request-times";

/**
 * What became of a credential. Beside the reasons of a 401: `forbidden` is an organisation that is not let in, `unavailable` a
 * database or Microsoft that cannot be asked, `failed` a fault of ours.
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

/** What became of a sign-in: a session, or the reason why there is none. */
export type SignInOutcome = "signed_in" | SignInError;

/** Seconds; a verification is one round trip to the database, and given up after three seconds. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const CALLS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/**
 * What this process counts for /api/metrics. Plain numbers, whether or not anybody ever asks: adding to one costs less than
 * looking whether somebody will. Never by tenant, key or address: there would be too many, and they are nobody's business there.
 */
export class Counts {
  readonly outcomes: Record<Outcome, number>;
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
  /** How long requests took, by door, route, method and status class. */
  readonly requests = new AllRequestTimes();
  /** What became of sign-ins. */
  readonly signIns = new Map<SignInOutcome, number>();
  /** Pages and actions that failed in a way nobody had foreseen. */
  readonly pageErrors = { render: 0, route: 0, action: 0, proxy: 0 };

  constructor() {
    this.outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  }

  /** Counts a credential that was found valid; a call over its organisation's limit is one too. */
  accepted(milliseconds: number, overLimit: boolean): void {
    if (overLimit) this.outcomes.rate_limited++;
    else this.outcomes.valid++;
    this.verification.accepted.observe(milliseconds / 1000);
  }

  /**
   * Counts a call without a credential that is valid.
   * @param outcome by the caller's own {@link outcomeOf}: this object may be another bundle's, whose AppError is another class
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

  /** Counts a sign-in that ended, well or not. */
  signIn(outcome: SignInOutcome): void {
    this.signIns.set(outcome, (this.signIns.get(outcome) ?? 0) + 1);
  }

  answered(status: number): void {
    this.answers[status] = (this.answers[status] ?? 0) + 1;
  }
}

/** What a refusal by `authenticate` says of the credential. */
export function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof AppError)) return "failed";
  switch (error.code) {
    case "UNAUTHORIZED":
      return error.reason as CredentialProblem;
    // More than one Authorization header.
    case "BAD_REQUEST":
      return "malformed";
    case "FORBIDDEN":
      return "forbidden";
    case "UNAVAILABLE":
      return "unavailable";
    default:
      return "failed";
  }
}

const holder = globalThis as typeof globalThis & { neoCounts?: Counts };

/** The numbers of this process, however often a bundler loads this module. */
export const counts: Counts = (holder.neoCounts ??= new Counts());
