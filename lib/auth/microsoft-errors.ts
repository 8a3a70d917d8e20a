import type { SignInError } from "@/lib/auth/sign-in-errors";

/**
 * What Microsoft's codes mean for the person who signs in (learn.microsoft.com, "Microsoft Entra authentication and authorization
 * error codes"), grouped by who can resolve them. Codes of flows and protocols that this app doesn't use are left out: they get
 * the generic message with their number.
 */
const REASONS: Readonly<Partial<Record<SignInError, readonly number[]>>> = {
  // The person: choose another account, sign in again, or wait.
  cancelled: [65004],
  "wrong-directory": [16000, 16003, 50014, 50020, 50034, 50059, 50128, 51004, 90019, 90072, 90084, 500208],
  "personal-account": [90027, 500200, 9002332],
  "more-verification": [
    50072, 50074, 50076, 50078, 50079, 50086, 50087, 50088, 50158, 50161, 50166, 50170, 50177, 50192, 50203, 500121,
  ],
  "password-problem": [50055, 50056, 50064, 50125, 50126, 50135, 50142, 50144],
  "choose-account": [
    16001, 16002, 50058, 50085, 50132, 50133, 50136, 50139, 50140, 50143, 50168, 50173, 50197, 50199, 51006, 70043,
    70044, 160021, 700020, 9002341,
  ],
  stale: [50089, 50196, 54005, 70000, 70008, 70019, 501481, 700005, 700082, 700084, 900561],
  "microsoft-unreachable": [50000, 50033, 70012, 90006, 90012, 90024, 90033, 90036, 90055, 90090, 90091, 90092],
  // Their organisation's IT department.
  "approval-needed": [65001, 90008, 90093, 90094, 90095, 90097, 90099, 650052],
  "not-assigned": [50105],
  "access-policy": [
    50002, 50005, 50015, 50097, 50127, 50129, 50131, 50155, 50178, 50180, 50187, 53000, 53001, 53002, 53003, 53004,
    53008, 53009, 53010, 53011, 54000, 80012, 500021, 500022, 500212, 500213, 530001, 530002, 530003, 530004, 530021,
    530032, 530034, 530035,
  ],
  "account-locked": [50053],
  "account-disabled": [50057, 500341],
  "app-disabled": [70001, 500014, 1000031, 7000112],
  "own-sign-in-failed": [
    20001, 20012, 20033, 40008, 40009, 40010, 40015, 50008, 50107, 80001, 80002, 80005, 80007, 80010, 80013, 80014,
    81004, 81005, 81006, 81007, 81009, 81010, 81011, 81012, 90123, 5000819,
  ],
  // The operator of this service.
  "secret-expired": [7000222],
  "bad-client": [
    28002, 28003, 50001, 50003, 50011, 50012, 50013, 50027, 50146, 50147, 50194, 65005, 70002, 70003, 70004, 70005,
    70007, 70011, 90002, 90009, 90013, 90014, 90023, 90038, 90056, 90100, 90102, 90121, 90124, 90130, 500011, 500113,
    500133, 501491, 650053, 650054, 650056, 650057, 700011, 700016, 700022, 700023, 700025, 700027, 700030, 700054,
    900023, 900144, 900382, 900971, 901002, 7000215, 7000218, 9001023, 9002313, 9002325, 9002326, 9002327,
  ],
};

const BY_CODE: ReadonlyMap<string, SignInError> = new Map(
  (Object.entries(REASONS) as [SignInError, readonly number[]][]).flatMap(([reason, codes]) =>
    codes.map((code) => [`AADSTS${String(code)}`, reason] as const),
  ),
);

/**
 * What the protocols' error codes mean if Microsoft's own code is missing or unknown (RFC 6749, 4.1.2.1 and 5.2; OpenID Connect
 * Core, 3.1.2.6). `access_denied` is absent: it gives no reason.
 */
const BY_ERROR: ReadonlyMap<string, SignInError> = new Map([
  ["interaction_required", "more-verification"],
  ["login_required", "choose-account"],
  ["account_selection_required", "choose-account"],
  ["consent_required", "approval-needed"],
  ["invalid_grant", "stale"],
  ["server_error", "microsoft-unreachable"],
  ["temporarily_unavailable", "microsoft-unreachable"],
  ["invalid_client", "bad-client"],
  ["unauthorized_client", "bad-client"],
  ["unsupported_response_type", "bad-client"],
  ["unsupported_grant_type", "bad-client"],
  ["invalid_scope", "bad-client"],
  ["invalid_resource", "bad-client"],
  ["invalid_request", "bad-client"],
]);

const GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const found = (text: string, label: string) => new RegExp(`${label}:? *(${GUID})`, "i").exec(text)?.[1] ?? null;

/**
 * Reads the safe parts of a Microsoft error. Its text may contain an e-mail address, so it is never logged or shown.
 * @param text an `error_description`, or the message of an error that contains it
 * @returns a code such as `AADSTS50020`, and the GUIDs by which Microsoft's support finds the attempt; each null if there is none
 */
export function readMicrosoftError(text: string) {
  return {
    code: /\bAADSTS\d{4,9}\b/.exec(text)?.[0] ?? null,
    correlationId: found(text, "Correlation ID"),
    traceId: found(text, "Trace ID"),
  };
}

/** A cancellation by the person, as Microsoft or an identity provider words it, without a code. */
const CANCELLED = /^$|\buser\b.*\b(?:cancel|declin|denied)/is;

/**
 * Classifies a callback without a code: the outcome of an admin's consent, a cancelled sign-in, or a refusal.
 * @param parameters those after a failed sign-in (RFC 6749, 4.1.2.1) or an admin's consent
 * @returns null for anything else, such as a normal sign-in callback
 */
export function readCallback({
  error,
  subcode,
  description,
  adminConsent,
}: { description: string } & Record<"error" | "subcode" | "adminConsent", string | null>): SignInError | null {
  const consent = adminConsent !== null;
  if (error === null) {
    if (!consent) return null;
    return /^true$/i.test(adminConsent) ? "consent-given" : "consent-declined";
  }
  // Microsoft's consent page reports a cancelled approval like this, without a code.
  if (error === "permission_denied") return "consent-declined";
  const { code } = readMicrosoftError(description);
  const known = BY_CODE.get(code ?? "");
  const isCancelled =
    known === "cancelled" ||
    (code === null && (subcode === "cancel" || (error === "access_denied" && CANCELLED.test(description))));
  if (isCancelled) return consent ? "consent-declined" : "cancelled";
  return known ?? BY_ERROR.get(error) ?? "microsoft-refused";
}

/** A network failure, or a non-protocol response from Microsoft or an intermediary. */
const UNREACHED =
  /timed out|ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|socket hang up|socket disconnected|got: (?:5\d\d|40[378]|429)/i;

/** A stale attempt: its cookies are missing or belong to another attempt. */
const STALE =
  /cookie was missing|could not be parsed|exp(?:iration)? claim|"exp" claim|JWT expired|state mismatch|state missing from the response|invalid_grant/i;

/**
 * Distinguishes the causes that NextAuth reports as `OAuthCallback`.
 * @param failure the error that openid-client or NextAuth threw while completing a sign-in
 */
export function classifyCallbackFailure(failure: Partial<NodeJS.ErrnoException>): SignInError {
  const message = failure.message ?? "";
  const known = BY_CODE.get(readMicrosoftError(message).code ?? "");
  if (known) return known;
  if (/^The proxy .* can't be used/.test(message) || UNREACHED.test(`${failure.code ?? ""} ${message}`))
    return "microsoft-unreachable";
  if (STALE.test(message)) return "stale";
  if (/unexpected iss/i.test(message)) return "wrong-issuer";
  // The token endpoint's error as openid-client formats it: `invalid_grant (…)`.
  return BY_ERROR.get(/^[a-z_]+(?=$| \()/.exec(message)?.[0] ?? "") ?? "not-verified";
}
