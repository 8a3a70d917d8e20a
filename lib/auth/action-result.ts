import type { FieldErrors } from "@/lib/errors/app-error";
import type { ErrorCode } from "@/lib/errors/codes";

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
