"use client";

import { MonitorSmartphone } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { SignOutButton } from "@/components/account/sign-out-button";
import { signOut } from "@/components/browser/auth-client";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useCheckedRefresh } from "@/components/hooks/use-checked-refresh";
import { useSubmit } from "@/components/hooks/use-submit";
import { RelativeTime } from "@/components/time/time";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog, Shield, useJustChanged } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import { Notice } from "@/components/ui/notice";
import type { ActionResult } from "@/lib/auth/action-result";
import type { listOwnSessions } from "@/lib/members/sessions";

type OwnSession = Awaited<ReturnType<typeof listOwnSessions>>[number];

/** The server actions of the page. */
interface SessionActions {
  readonly end: (input: { sessionId: string }) => Promise<ActionResult<{ ended: number }>>;
  readonly endAll: (input: Record<string, never>) => Promise<ActionResult<{ ended: number }>>;
}

/** A person's own sessions: each can be signed out, and all together. */
export function SessionList({ sessions, actions }: { sessions: readonly OwnSession[]; actions: SessionActions }) {
  const [asking, setAsking] = useState(false);
  const [notice, setNotice] = useState("");
  const [refused, setRefused] = useState(false);
  const { refresh, refreshing, refreshAfterFailure } = useCheckedRefresh();
  const end = useMemo(() => refreshAfterFailure(actions.end), [actions, refreshAfterFailure]);
  const { submit, busy, problem } = useSubmit(end);
  // A row that disappears puts the next row's button under the pointer.
  const changed = useJustChanged(sessions.map(({ id }) => id).join(" "));
  const [ending, setEnding] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const restoreFocus = useRef(false);
  useBackgroundRefresh(!asking && !busy);

  // The button that was pressed disappears with its row.
  useEffect(() => {
    if (refreshing || !restoreFocus.current) return;
    restoreFocus.current = false;
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus();
  }, [refreshing]);

  const ask = (open: boolean) => {
    if (open) setNotice("");
    setAsking(open);
  };
  const endOne = async (session: OwnSession) => {
    setNotice("");
    setEnding(session.id);
    const result = await submit({ sessionId: session.id });
    setEnding(null);
    if (!result || (!result.ok && result.code !== "NOT_FOUND")) return;
    setRefused(!result.ok);
    setNotice(result.ok ? `Signed out of ${session.device}.` : result.message);
    restoreFocus.current = true;
    refresh();
  };

  return (
    <>
      {changed ? <Shield /> : null}
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold outline-none">
          Your sessions
        </h1>
        <Button look="plain" onClick={() => ask(true)}>
          Sign out everywhere
        </Button>
      </div>
      {problem && !notice ? (
        <div className="mb-3">
          <Callout tone="bad" alert>
            {problem}
          </Callout>
        </div>
      ) : null}
      <ul aria-label="Sessions" className="divide-y divide-line rounded-lg border border-line bg-surface">
        {sessions.map((session) => (
          <Session
            key={session.id}
            session={session}
            ending={busy && ending === session.id}
            onEnd={() => void endOne(session)}
          />
        ))}
      </ul>
      <Dialog
        open={asking}
        title="Sign out everywhere?"
        description="You’ll be signed out in every browser, including this one. API keys keep working."
        onClose={() => ask(false)}
      >
        <SignOutForm endAll={actions.endAll} />
      </Dialog>
      <Notice text={notice} isError={refused} onDismiss={() => setNotice("")} />
    </>
  );
}

function Session({ session, ending, onEnd }: { session: OwnSession; ending: boolean; onEnd: () => void }) {
  const { device, current, signedInAt, lastActivityAt, clientAddress } = session;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-soft max-sm:hidden" />
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium">
          <span>{device}</span>
          {current ? (
            <span className="ml-2 inline-flex h-5.5 items-center rounded-full bg-good-wash px-2 text-xs font-medium text-good">
              This browser
            </span>
          ) : null}
        </p>
        <p className="text-xs text-soft">
          <span>Last activity </span>
          <RelativeTime at={lastActivityAt} />
          <span> · signed in </span>
          <RelativeTime at={signedInAt} />
          {clientAddress ? (
            <span>
              {" "}
              from{" "}
              <span translate="no" className="[overflow-wrap:anywhere]">
                {clientAddress}
              </span>
            </span>
          ) : null}
        </p>
      </div>
      {current ? (
        <SignOutButton />
      ) : (
        <Button aria-label={`Sign out of ${device}`} busy={ending} onClick={onEnd}>
          {ending ? "Signing out…" : "Sign out"}
        </Button>
      )}
    </li>
  );
}

/** Ends all sessions of the person who is signed in. */
function SignOutForm({ endAll }: Pick<SessionActions, "endAll">) {
  const [leaving, setLeaving] = useState(false);
  const { submit, busy, problem } = useSubmit(endAll);
  const onSubmit = async () => {
    const result = await submit({});
    // UNAUTHORIZED: already signed out, by an earlier try whose response was lost, or elsewhere.
    if (!result?.ok && result?.code !== "UNAUTHORIZED") return;
    setLeaving(true);
    // The sessions have ended; this removes the cookie too. If that fails, reloading leads to the sign-in as well.
    if ((await signOut()) !== null) window.location.reload();
  };
  return (
    <DialogForm
      label="Sign out everywhere"
      busyLabel="Signing out…"
      look="danger"
      busy={busy || leaving}
      problem={problem}
      onSubmit={onSubmit}
    />
  );
}
