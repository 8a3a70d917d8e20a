import { List, type Page } from "./list.js";
import type { BodyOf, DataOf, ItemOf, OperationId, QueryOf } from "./operations.js";
import { pause } from "./retry.js";
import {
  type CallOptions,
  type ChangeOptions,
  type CreateOptions,
  type RequestParts,
  Transport,
  type TransportOptions,
} from "./transport.js";

/** The options of a client; the README has them in a table. */
export type NeoClientOptions = TransportOptions;

type ListId = "listAgents" | "listApiKeys" | "listAuditEvents";

/** The operations of one part of the API. */
class Resource {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  protected async request<Id extends OperationId>(id: Id, parts: RequestParts): Promise<DataOf<Id>> {
    // The server's own schemas made the type.
    return (await this.#transport.send(id, parts)).data as DataOf<Id>;
  }

  protected listOf<Id extends ListId>(id: Id, query: QueryOf<Id>, options: CallOptions): List<ItemOf<Id>> {
    return new List((cursor) => this.page(id, { ...options, query: { ...query, cursor } }), query.cursor);
  }

  protected async page<Id extends ListId>(id: Id, parts: RequestParts): Promise<Page<ItemOf<Id>>> {
    const { data, meta } = await this.#transport.send(id, parts);
    return { data: data as ItemOf<Id>[], nextCursor: meta.pagination?.next_cursor ?? null };
  }
}

/** `parts` with the headers of its options. */
function conditional({ ifMatch, ...options }: ChangeOptions): RequestParts {
  return { ...options, headers: { "If-Match": ifMatch } };
}

/** Each call is one intention: its retries share the Idempotency-Key, so that nothing is created twice. */
function idempotent({ idempotencyKey = crypto.randomUUID(), ...options }: CreateOptions): RequestParts {
  return { ...options, headers: { "Idempotency-Key": idempotencyKey } };
}

class Agents extends Resource {
  /** Every agent that matches, newest first. */
  list(query: QueryOf<"listAgents"> = {}, options: CallOptions = {}) {
    return this.listOf("listAgents", query, options);
  }

  get(id: string, options: CallOptions = {}) {
    return this.request("getAgent", { ...options, params: { agent_id: id } });
  }

  create(agent: BodyOf<"createAgent">, options: CreateOptions = {}) {
    return this.request("createAgent", { ...idempotent(options), body: agent });
  }

  /** Changes the fields in `change` and leaves the others. */
  update(id: string, change: BodyOf<"updateAgent">, options: ChangeOptions = {}) {
    return this.request("updateAgent", { ...conditional(options), params: { agent_id: id }, body: change });
  }

  delete(id: string, options: ChangeOptions = {}) {
    return this.request("deleteAgent", { ...conditional(options), params: { agent_id: id } });
  }
}

/** API keys: they need the access token of an Admin. */
class ApiKeys extends Resource {
  /** Every key, newest first. */
  list(query: QueryOf<"listApiKeys"> = {}, options: CallOptions = {}) {
    return this.listOf("listApiKeys", query, options);
  }

  get(id: string, options: CallOptions = {}) {
    return this.request("getApiKey", { ...options, params: { key_id: id } });
  }

  /** The result has the secret, once. A retry whose first response was lost is refused with `already_made`. */
  create(key: BodyOf<"createApiKey">, options: CreateOptions = {}) {
    return this.request("createApiKey", { ...idempotent(options), body: key });
  }

  /** Changes name, owner or note. */
  update(id: string, change: BodyOf<"updateApiKey">, options: CallOptions = {}) {
    return this.request("updateApiKey", { ...options, params: { key_id: id }, body: change });
  }

  /** Issues a successor, whose secret the result has, once. The old key works for 24 more hours. */
  rotate(id: string, options: CreateOptions = {}) {
    return this.request("rotateApiKey", { ...idempotent(options), params: { key_id: id } });
  }

  /** Ends a key immediately and permanently. */
  revoke(id: string, options: CallOptions = {}) {
    return this.request("revokeApiKey", { ...options, params: { key_id: id } });
  }

  usage(id: string, query: QueryOf<"getApiKeyUsage"> = {}, options: CallOptions = {}) {
    return this.request("getApiKeyUsage", { ...options, params: { key_id: id }, query });
  }
}

type FeedParameter = "order" | "after" | "wait" | "format";
type FollowQuery = Omit<QueryOf<"listAuditEvents">, "order" | "cursor" | "format">;

/** The longest wait that the server allows, in seconds. */
const MAX_WAIT_S = 30;
/** The least time between requests while there are no events, in milliseconds. */
const MIN_IDLE_MS = 2_000;

class AuditEvents extends Resource {
  /** Who did what, newest first. It needs the access token of an Admin. */
  list(query: Omit<QueryOf<"listAuditEvents">, FeedParameter> = {}, options: CallOptions = {}) {
    return this.listOf("listAuditEvents", query, options);
  }

  /**
   * Who did what, oldest first, and then each event as it is written, until you stop iterating or the signal is aborted. It needs the access
   * token of an Admin. To continue after a restart, store `nextCursor` of each of its `pages()` with the events, and pass it as `after`.
   */
  follow({ after: start, ...query }: FollowQuery = {}, options: CallOptions = {}) {
    return new List(async (after) => {
      const began = performance.now();
      const parts = { ...options, query: { wait: MAX_WAIT_S, ...query, order: "asc", after } };
      const page = await this.page("listAuditEvents", parts);
      // A server that is stopping, or on which too many wait, responds immediately.
      if (page.data.length === 0) await pause(Math.max(0, MIN_IDLE_MS - (performance.now() - began)), options.signal);
      return page;
    }, start);
  }
}

/** A client of the public API. It keeps the credential where neither logs nor `JSON.stringify` find it. */
export class NeoClient extends Resource {
  readonly agents: Agents;
  readonly apiKeys: ApiKeys;
  readonly auditEvents: AuditEvents;

  /** @throws TypeError when an option can't be used */
  constructor(options: NeoClientOptions) {
    const transport = new Transport(options);
    super(transport);
    this.agents = new Agents(transport);
    this.apiKeys = new ApiKeys(transport);
    this.auditEvents = new AuditEvents(transport);
  }

  /** Who the credential is. */
  me(options: CallOptions = {}) {
    return this.request("getMe", options);
  }

  /** The credential's organisation. */
  tenant(options: CallOptions = {}) {
    return this.request("getTenant", options);
  }

  /** Whether the server responds. */
  health(options: CallOptions = {}) {
    return this.request("getHealth", { ...options, anonymous: true });
  }
}
