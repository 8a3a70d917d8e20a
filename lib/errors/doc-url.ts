import type { ErrorCode } from "@/lib/errors/codes";
import type { Reason } from "@/lib/errors/reasons";

/** The anchor of a code or a reason in the API reference. Some differ in case only, such as `NOT_FOUND` and `not_found`. */
export const errorAnchor = (name: ErrorCode | Reason | "conflict") => `error-${name}`;

/** `error.doc_url`: where the API reference explains a reason. @param dashboard the dashboard's origin (NEXTAUTH_URL) */
export const docUrl = (dashboard: string, reason: Reason | "conflict") =>
  `${dashboard}/api-reference#${errorAnchor(reason)}`;
