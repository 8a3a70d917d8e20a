/** The header field in which a page's requests name the member it was rendered for. */
export const RENDERED_FOR_FIELD = "x-neo-rendered-for";

/** The name of the page's meta element with the same value and the names that a refusal shows. */
export const RENDERED_FOR_META = "neo-rendered-for";

/** Where a page goes when its session has changed: it reloads the document. */
export const RELOAD_PATH = "/api/reload";

/** The member a page was rendered for. */
export interface RenderedFor {
  /** The organisation and the member, as {@link renderedForId} writes them. */
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
}

/** The organisation and the member as one string. */
export function renderedForId({ tenantId, memberId }: { tenantId: string; memberId: string }): string {
  return `${tenantId}.${memberId}`;
}

/** The message for a person whose page belongs to another session. */
export function signedInNow({ tenantName, name }: { tenantName: string; name: string }): string {
  return `You're now signed in to ${tenantName} as ${name}.`;
}

/**
 * Whether a request comes from a page rendered for another member, after another sign-in in the same browser.
 * @param sent the request's {@link RENDERED_FOR_FIELD}; null if it has none
 * @param member the member of the request's session
 */
export function isOtherSession(sent: string | null, member: { tenantId: string; memberId: string }): boolean {
  return sent !== renderedForId(member);
}
