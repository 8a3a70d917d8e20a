import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { SearchParams } from "nuqs/server";
import { cache } from "react";

import { KeyDialogsProvider } from "@/components/api-keys/key-dialog-provider";
import { KeyHeader } from "@/components/api-keys/key-header";
import { ListNotes } from "@/components/list/list-notes";
import { NotFound } from "@/components/shell/not-found";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { ClockProvider } from "@/components/time/time";
import { BackLink } from "@/components/ui/back-link";
import type { MemberActor } from "@/lib/actor";
import { type KeyInChain, readKeyChain } from "@/lib/api-keys/chain";
import { keyListHref } from "@/lib/api-keys/list-url";
import { keyPageHref, loadKeyPageUrl } from "@/lib/api-keys/page-url";
import { readKeyUsage } from "@/lib/api-keys/usage/read";
import { currentSession, requirePageAccess } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors/app-error";
import { answerWith } from "@/lib/http/page-status";
import { redactSearch } from "@/lib/text/redact-search";

import { KEY_ACTIONS } from "../key-actions";

const NOT_FOUND = "Key not found";

interface Props {
  params: Promise<{ keyId: string }>;
  searchParams: Promise<SearchParams>;
}

/** The key and its chain, read once per request; null for one that does not exist or belongs to another organisation. */
const findKey = cache(async (actor: MemberActor, keyId: string, now: Date): Promise<KeyInChain | null> => {
  try {
    return await readKeyChain(actor, keyId, now);
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return null;
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  try {
    const signedIn = await currentSession();
    if (!signedIn) return {};
    return { title: (await findKey(signedIn.actor, (await params).keyId, signedIn.now))?.key.name ?? NOT_FOUND };
  } catch {
    // A failure here also happens in the page, where it is reported.
    return { title: "API key" };
  }
}

export default async function KeyPage({ params, searchParams }: Props) {
  const { keyId } = await params;
  const url = await loadKeyPageUrl(searchParams);
  const q = redactSearch(url.q);
  const here = `${API_KEYS_PATH}/${encodeURIComponent(keyId)}${keyPageHref({ ...url, q })}`;
  const { actor, now } = await requirePageAccess(here, "Admin");
  if (q !== url.q) redirect(here);
  const found = await findKey(actor, keyId, now);
  const list = API_KEYS_PATH + keyListHref(url);
  if (!found) {
    await answerWith(404);
    return <NotFound title={NOT_FOUND} text="The address may be wrong." to={list} label="Go to API keys" as="h2" />;
  }
  const { key } = found;
  const usage = await readKeyUsage(actor, key.id, url.range, now);
  return (
    <ClockProvider now={now.toISOString()}>
      <KeyDialogsProvider actions={KEY_ACTIONS}>
        <BackLink href={list} label="All API keys" />
        <KeyHeader row={key} latest={usage.latest} />
        {/* Sections that concern a rotation go here, above the usage. */}
        <ListNotes />
      </KeyDialogsProvider>
    </ClockProvider>
  );
}
