import type { SignInError } from "@/lib/auth/sign-in-errors";

/** What an error of Microsoft's says beside its words, which may contain an e-mail address and go nowhere. */
export interface MicrosoftError {
  /** `AADSTS50020`; null when there is none. */
  readonly code: string | null;
  /** Microsoft's support finds the attempt by these, each a GUID. */
  readonly correlationId: string | null;
  readonly traceId: string | null;
}

/** What Microsoft's codes mean for the person who signs in (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes"). */
const REASONS: Readonly<Partial<Record<SignInError, readonly number[]>>> = {
  cancelled: [65004],
  "wrong-directory": [16003, 50020, 50034, 50059, 50128, 51004, 90072, 500208],
  "personal-account": [500200],
  "approval-needed": [65001, 90008, 90093, 90094, 90095, 90097, 650052],
  "not-assigned": [50105],
  "access-policy": [
    50005, 50097, 50129, 50131, 50155, 50178, 53000, 53001, 53002, 53003, 53004, 53008, 53009, 53010, 53011, 500021,
    500022, 500212, 500213, 530002, 530003, 530004, 530021, 530032, 530034, 530035,
  ],
  "more-verification": [50072, 50074, 50076, 50078, 50079, 50158, 50203, 500121],
  "account-locked": [50053],
  "account-disabled": [50057],
  "password-problem": [50055, 50056, 50126, 50142, 50144],
  "choose-account": [16000, 16001, 50058, 50085, 50132, 50133, 50173, 70043, 70044, 160021],
  "app-disabled": [500014, 7000112],
  "secret-expired": [7000222],
  "bad-client": [
    50011, 50194, 90002, 90013, 90023, 500011, 500113, 650053, 650056, 650057, 700016, 700027, 700054, 900144, 900023,
    900971, 7000215, 7000218, 9001023, 9002325, 9002326, 9002327,
  ],
  stale: [54005, 70000, 70008, 50089, 501481],
  "microsoft-unreachable": [50000, 90006, 90012, 90033, 90036],
};

const BY_CODE: ReadonlyMap<string, SignInError> = new Map(
  (Object.entries(REASONS) as [SignInError, readonly number[]][]).flatMap(([reason, codes]) =>
    codes.map((code) => [`AADSTS${String(code)}`, reason] as const),
  ),
);

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const found = (text: string, label: string) => new RegExp(`${label}:? *(${GUID})`, "i").exec(text)?.[1] ?? null;

/**
 * Reads the code and the ids of a failed sign-in.
 * @param text an `error_description`, or the message of the error that has it
 */
export function readMicrosoftError(text: string): MicrosoftError {
  return {
    code: /\bAADSTS\d{4,9}\b/.exec(text)?.[0] ?? null,
    correlationId: found(text, "Correlation ID"),
    traceId: found(text, "Trace ID"),
  };
}

/** What one of Microsoft's codes means here; undefined for one that is not in the table. */
export function reasonOfCode(code: string | null): SignInError | undefined {
  return code === null ? undefined : BY_CODE.get(code);
}

/** The parameters with which Microsoft sends a person back without a sign-in (RFC 6749, 4.1.2.1), or an admin after a consent. */
export interface MicrosoftAnswer {
  readonly error: string | null;
  readonly subcode: string | null;
  readonly description: string;
  readonly adminConsent: string | null;
}

/**
 * What a callback without a code is about: the outcome of an admin's consent, a cancelled sign-in, or a refusal.
 * @returns null for anything else, which is a sign-in's own callback
 */
export function readCallback({ error, subcode, description, adminConsent }: MicrosoftAnswer): SignInError | null {
  const consent = adminConsent !== null;
  if (error === null) {
    if (!consent) return null;
    return /^true$/i.test(adminConsent) ? "consent-given" : "consent-declined";
  }
  // The consent page of Microsoft's names a cancelled approval like this, without a code.
  if (error === "permission_denied") return "consent-declined";
  const { code } = readMicrosoftError(description);
  const known = reasonOfCode(code);
  if (known) return known === "cancelled" && consent ? "consent-declined" : known;
  if (code === null && error === "access_denied") return consent ? "consent-declined" : "cancelled";
  if (code === null && subcode === "cancel") return "cancelled";
  if (error === "server_error" || error === "temporarily_unavailable") return "microsoft-unreachable";
  return "microsoft-refused";
}
