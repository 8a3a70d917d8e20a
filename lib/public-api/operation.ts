import type { z } from "zod";

import type { RequestOrigin } from "@/lib/audit-log/actions";
import type { ApplicationRole, Role } from "@/lib/generated/prisma/enums";
import type { Prisma } from "@/lib/generated/prisma/client";
import type { Remembered } from "@/lib/db/idempotency";
import type { ApplicationCredential, Credential, MemberCredential } from "@/lib/public-api/credentials/credential";
import type { Pagination } from "@/lib/http/envelope";
import type { HangUp } from "@/lib/http/reply";
import type { QuerySchema } from "@/lib/public-api/query";

/** The sections of the reference. */
export type Tag = "Service" | "Identity" | "Agents" | "API keys" | "Audit log";

/**
 * Who may call: anyone, or those with a credential: keys or not, people of at least this role, and applications of this role; left out,
 * those that may do what a key may.
 */
export type Allow =
  "anyone" | { readonly key: boolean; readonly member: Role; readonly application?: ApplicationRole | "any" };

/** What is known of the request itself, for the audit log and for stopping work that nobody waits for. */
export interface RequestFacts {
  /** A UUID: `meta.request_id`, `X-Request-Id` and the log line's `requestId`. */
  readonly id: string;
  /** When it arrived, in milliseconds of performance.now(). */
  readonly arrivedAt: number;
  /** Aborted when the client has hung up. */
  readonly signal: HangUp;
  /** The `If-Match` field; null where it was not sent. */
  readonly ifMatch: string | null;
  /** What the audit log is to say of it. */
  readonly origin: RequestOrigin;
}

type CallerOf<A extends Allow> = A extends "anyone"
  ? null
  : A extends { key: true }
    ? Credential
    : MemberCredential | (A extends { application: string } ? ApplicationCredential : never);
type ActorOf<A extends Allow> = CallerOf<A> extends { actor: infer Who } ? Who : null;
type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A handler's input: everything in it is checked. */
export interface Input<A extends Allow, P, Q extends QuerySchema, B> {
  readonly caller: CallerOf<A>;
  readonly actor: ActorOf<A>;
  readonly params: Parsed<P>;
  readonly query: z.output<Q>;
  readonly body: Parsed<B>;
  /** The database's clock at the lookup of the credential; null without one. */
  readonly now: A extends "anyone" ? null : Date;
  readonly request: RequestFacts;
  /**
   * Keeps the answer for a repeated `Idempotency-Key`. To be called in the transaction of the change, so that both or
   * neither are written; keeps nothing when the request has no such key. Only of use where `idempotent` is set.
   * @throws when the client has hung up, so that the change is undone
   */
  readonly remember: (tx: Prisma.TransactionClient, what: Remembered) => Promise<void>;
  /**
   * Runs what waits on purpose. That time isn't counted as the request's, and afterwards the caller must still be allowed to run the operation.
   * @throws AppError for a caller who no longer is; what the wait throws
   */
  readonly whileWaiting: <Result>(wait: () => Promise<Result>) => Promise<Result>;
}

/** What a handler returns: the envelope's `data`, and where a list continues. */
export interface Output {
  readonly data: unknown;
  readonly pagination?: Pagination;
  /** The query parameter that takes `next_cursor`; `cursor` when left out. */
  readonly cursorParameter?: "cursor" | "after";
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Described {
  /** What generated clients call it, e.g. `rotateApiKey`: unique, and never changed. */
  readonly operationId: string;
  /** One line, without a full stop: the title of the operation in the reference. */
  readonly summary: string;
  /** What the summary leaves out; CommonMark. */
  readonly description?: string;
  readonly tag: Tag;
  /** The `data` of a success. Not checked at run time; tests hold every answer against it. */
  readonly data: z.ZodType;
  /** The status of a success; 200 when left out. */
  readonly status?: 200 | 201;
  /** `answer`: a repeated `Idempotency-Key` gets the first answer again. `secret`: it is refused with 409 and the id of what was made. */
  readonly idempotent?: "answer" | "secret";
  /** The `Location` of what a success made, from its `data`; a replayed answer has it too. */
  readonly location?: (data: unknown) => string;
  /** Whether the answer has an `ETag`, so that a read honours `If-None-Match`; a change honours `If-Match`. */
  readonly etag?: boolean;
  /** Whether the answer is a page of a list. */
  readonly paginated?: boolean;
  /** Whether that page can be had as NDJSON (docs/api.md, "NDJSON"). */
  readonly lines?: boolean;
  /** The items of that page by other values of `format` (docs/api.md, "OCSF"). */
  readonly formats?: Readonly<Record<string, z.ZodType>>;
  /** The message of the 403 that an API key gets where `allow.key` is false. */
  readonly keyRefusal?: string;
  /** Whether the last sign-in of a person must be recent (docs/api.md, "Fresh sign-in"). Keys and applications have none. */
  readonly freshSignIn?: true;
  /** False where `data` is the whole body: the OpenAPI document and the Postman collection. */
  readonly envelope?: boolean;
}

/** One method of one path. */
export interface Operation extends Described {
  readonly allow: Allow;
  readonly params: z.ZodObject | undefined;
  readonly query: QuerySchema;
  readonly body: z.ZodType | undefined;
  /** Takes what the schemas promise it; `operation` has checked that. */
  readonly handler: (input: never) => Output | Promise<Output>;
}

/** What `operation` of lib/public-api/create-route.ts takes. */
export interface Definition<
  A extends Allow,
  P extends z.ZodObject | undefined,
  Q extends QuerySchema,
  B extends z.ZodType | undefined,
> extends Described {
  readonly allow: A;
  /** The path's own parts. What it does not let through is an address with nothing there: 404 with the schema's message. */
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly handler: (input: Input<A, P, Q, B>) => Output | Promise<Output>;
}
