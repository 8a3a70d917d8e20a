import { RENDERED_FOR_META, type RenderedFor } from "@/lib/auth/rendered-for";

let opened: RenderedFor | null = null;

/** The person this document was first rendered for, whatever the cookies say by now; null before anyone is signed in. */
export function openedFor(): RenderedFor | null {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${RENDERED_FOR_META}"]`)?.content;
  if (content) opened ??= JSON.parse(content) as RenderedFor;
  return opened;
}

/** The message when this page belongs to another session. @param now the server's sentence about who is signed in now */
export function otherSessionText(now: string): string {
  const page = openedFor();
  const whose = page ? `for ${page.organisation} as ${page.name}` : "before you signed in";
  return `${now} This page was opened ${whose}. Nothing was changed, and what you typed is still here. Copy it if you need it, then reload the page.`;
}
