/** The header field in which an open page says, with each of its requests, for whom it was rendered. */
export const RENDERED_FOR_FIELD = "x-neo-rendered-for";

/** The name of the page's meta element that says the same, with the names that a refusal needs. */
export const RENDERED_FOR_META = "neo-rendered-for";

/** A place for a page to go to when its session is another one now: loads the document anew. */
export const RELOAD_PATH = "/api/reload";

/** Whom a page was rendered for. */
export interface RenderedFor {
  /** The organisation and the member, as {@link renderedForId} writes them. */
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
}

/** The organisation and the member in one text. */
export function renderedForId({ tenantId, memberId }: { tenantId: string; memberId: string }): string {
  return `${tenantId}.${memberId}`;
}

/** What a person reads whose page belongs to another session. */
export function signedInNow({ tenantName, name }: { tenantName: string; name: string }): string {
  return `You're now signed in to ${tenantName} as ${name}.`;
}

/**
 * Whether a request comes from a page that was not rendered for this member: the browser signed in again in another tab.
 * @param sent the request's {@link RENDERED_FOR_FIELD}; null where it has none
 * @param member whose session the request has
 */
export function isOtherSession(sent: string | null, member: { tenantId: string; memberId: string }): boolean {
  return sent !== renderedForId(member);
}
