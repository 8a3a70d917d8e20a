import type { FieldErrors } from "@/lib/errors/app-error";
import type { ErrorCode } from "@/lib/errors/codes";

/** The result of a server action: data, or a refusal with a message and messages per field. */
export type ActionResult<Data> =
  | { readonly ok: true; readonly data: Data }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly reason?: "other_session" | "fresh_sign_in_required";
      readonly fields?: FieldErrors;
    };
