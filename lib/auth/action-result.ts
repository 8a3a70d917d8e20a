import type { ErrorCode, FieldErrors } from "@/lib/errors/app-error";

/** What a server action answers: data, or a refusal with a message and the messages of single fields. */
export type ActionResult<Data> =
  | { readonly ok: true; readonly data: Data }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly reason?: "other_session";
      readonly fields?: FieldErrors;
    };
