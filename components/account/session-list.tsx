"use client";

import { MonitorSmartphone } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState, useTransition } from "react";

import { FormFooter } from "@/components/ui/form-footer";
import { useCheckedRefresh } from "@/components/hooks/use-checked-refresh";
import { useJustChanged } from "@/components/hooks/use-settling";
import { Shield } from "@/components/ui/shield";
import { useSubmit } from "@/components/hooks/use-submit";
import { signOut } from "@/components/browser/auth-client";
import { SignOutButton } from "@/components/account/sign-out-button";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { RelativeTime } from "@/components/time/time";
import { Notice } from "@/components/ui/notice";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import type { ActionResult } from "@/lib/auth/action-result";

/** A session as the browser gets it: moments as text. */
export interface SessionView {
  readonly id: string;
  readonly current: boolean;
  readonly device: string;
  readonly signedInAt: string;
  readonly lastActivityAt: string;
  readonly clientAddress: string | null;
}

/** The server actions of the page. */
export interface SessionActions {
  end: (input: { sessionId: string }) => Promise<ActionResult<{ ended: number }>>;
  endAll: (input: Record<string, never>) => Promise<ActionResult<{ ended: number }>>;
}

const ignore = () => undefined;

/** A person's own sessions, each with its way out, and one way out of all. */
export function SessionList({ sessions, actions }: { sessions: readonly SessionView[]; actions: SessionActions }) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const [notice, setNotice] = useState("");
  const [refused, setRefused] = useState(false);
  const [refreshing, startRefresh] = useTransition();
  const { refreshAfterFailure } = useCheckedRefresh();
  const end = useMemo(() => refreshAfterFailure(actions.end), [actions, refreshAfterFailure]);
  const { submit, busy, problem } = useSubmit(end, ignore);
  // A row that goes puts the next row's button under the pointer.
  const changed = useJustChanged(sessions.map(({ id }) => id).join(" "));
  const [ending, setEnding] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const restoreFocus = useRef(false);
  useBackgroundRefresh(!asking && !busy);

  // The button that was pressed goes with its row.
  useEffect(() => {
    if (refreshing || !restoreFocus.current) return;
    restoreFocus.current = false;
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus();
  }, [refreshing]);

  const endOne = async (session: SessionView) => {
    setNotice("");
    setEnding(session.id);
    const result = await submit({ sessionId: session.id });
    setEnding(null);
    if (!result || (!result.ok && result.code !== "NOT_FOUND")) return;
    setRefused(!result.ok);
    setNotice(result.ok ? `Signed out of ${session.device}.` : result.message);
    restoreFocus.current = true;
    startRefresh(() => {
      router.refresh();
    });
  };

  return (
    <>
      {changed ? <Shield /> : null}
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold outline-none">
          Your sessions
        </h1>
        <Button
          look="caution"
          onClick={() => {
            setNotice("");
            setAsking(true);
          }}
        >
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
          <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-soft max-sm:hidden" />
            <div className="min-w-0 flex-1 basis-60">
              <p className="font-medium">
                <span>{session.device}</span>
                {session.current ? (
                  <span className="ml-2 inline-flex h-5.5 items-center rounded-full bg-good-wash px-2 text-xs font-medium text-good">
                    This browser
                  </span>
                ) : null}
              </p>
              <p className="text-xs text-soft">
                <span>Last activity </span>
                <RelativeTime at={session.lastActivityAt} />
                <span> · signed in </span>
                <RelativeTime at={session.signedInAt} />
                {session.clientAddress ? (
                  <span>
                    {" "}
                    from{" "}
                    <span translate="no" className="[overflow-wrap:anywhere]">
                      {session.clientAddress}
                    </span>
                  </span>
                ) : null}
              </p>
            </div>
            {session.current ? (
              <SignOutButton />
            ) : (
              <Button
                aria-label={`Sign out of ${session.device}`}
                busy={busy && ending === session.id}
                onClick={() => {
                  void endOne(session);
                }}
              >
                {busy && ending === session.id ? "Signing out…" : "Sign out"}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Dialog
        open={asking}
        title="Sign out everywhere?"
        description="You’ll be signed out in every browser, including this one. API keys keep working."
        onClose={() => {
          setAsking(false);
        }}
      >
        <SignOutEverywhere
          endAll={actions.endAll}
          onCancel={() => {
            setAsking(false);
          }}
        />
      </Dialog>
      <Notice
        text={notice}
        lasting={refused}
        onDismiss={() => {
          setNotice("");
        }}
      />
    </>
  );
}

function SignOutEverywhere({ endAll, onCancel }: { endAll: SessionActions["endAll"]; onCancel: () => void }) {
  const [leaving, setLeaving] = useState(false);
  const { submit, busy, problem } = useSubmit(endAll, ignore);
  const onSubmit = async () => {
    const result = await submit({});
    // Signed out already: here by an earlier try whose answer was lost, or elsewhere.
    if (!result?.ok && result?.code !== "UNAUTHORIZED") return;
    setLeaving(true);
    // The rows have ended; this drops the cookie too. Without that, a reload ends at the sign-in page as well.
    if ((await signOut()) !== null) window.location.reload();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      <FormFooter
        label="Sign out everywhere"
        busyLabel="Signing out…"
        look="danger"
        busy={busy || leaving}
        problem={problem}
        onCancel={onCancel}
      />
    </form>
  );
}
