"use client";

import { useContext, useEffect, useRef, useState, type ReactNode } from "react";

import { SIGNED_OUT } from "@/components/browser/action-failure";
import { askAuth } from "@/components/browser/auth-client";
import { openedFor, otherSessionText } from "@/components/browser/rendered-for";
import { RETURN } from "@/components/browser/session-storage";
import { removeFragment } from "@/components/browser/fragment";
import { forgetKept, keep as keepValue, readKept } from "@/components/browser/kept-values";
import { leaveFreely } from "@/components/hooks/use-leave-guard";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogContext } from "@/components/ui/dialog-context";
import { CONFIRM_FIELD } from "@/lib/auth/confirmation-outcome";

const UNREACHED = "Microsoft can’t be reached right now. Nothing was changed. Try again in a moment.";
const NOT_KEPT =
  "Your browser doesn’t store data for this site, so what you typed will be gone when you come back. Copy it first, then continue.";

/** Asks for a fresh sign-in at Microsoft, and goes there. @param keep saves what was typed, and returns whether it could */
export function ConfirmSignIn({ keep }: { keep: (() => boolean) | undefined }) {
  const { step } = useContext(DialogContext);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    button.current?.focus();
  }, []);

  const goOn = async () => {
    const kept = (keep?.() ?? true) && keepStep(step);
    if (!kept && problem !== NOT_KEPT) return setProblem(NOT_KEPT);
    setBusy(true);
    try {
      setProblem((await goToMicrosoft()) ?? "");
    } catch {
      setProblem(UNREACHED);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Callout tone="info" alert>
      <p className="font-semibold">Confirm that it’s you</p>
      <p>
        You signed in a while ago, and this change gives or ends access, so Microsoft has to confirm that it’s still
        you. You’ll come back to this form, with what you typed.
      </p>
      {problem ? <p className="mt-2 font-medium">{problem}</p> : null}
      <div className="mt-3">
        <Button ref={button} small busy={busy} onClick={() => void goOn()}>
          Continue with Microsoft
        </Button>
      </div>
    </Callout>
  );
}

/** Leaves for Microsoft. @returns why not; null when it does */
async function goToMicrosoft(): Promise<string | null> {
  const { pathname, search, origin } = window.location;
  const answer = await askAuth("signin/azure-ad", pathname + search, { [CONFIRM_FIELD]: "1" });
  if (answer?.message) return otherSessionText(answer.message);
  if (!answer) return SIGNED_OUT;
  // The sign-in page, with the reason why Microsoft can't be asked.
  if (!answer.url || new URL(answer.url, origin).origin === origin) return UNREACHED;
  leaveFreely(answer.url);
  return null;
}

/** Where a person was before they went to Microsoft. */
interface Left {
  readonly member: string | undefined;
  readonly path: string;
  readonly step: string;
}

/** JSON knows no dates. */
const DATE = "$date";
function writeDate(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const own = this[name];
  return own instanceof Date ? { [DATE]: own.getTime() } : value;
}
function readDate(_: string, value: unknown): unknown {
  const isDate = typeof value === "object" && value !== null && DATE in value;
  return isDate ? new Date(Number(value[DATE])) : value;
}

function keepStep(step: unknown): boolean {
  if (step === null) return true;
  const left: Left = {
    member: openedFor()?.id,
    path: window.location.pathname,
    step: JSON.stringify(step, writeDate),
  };
  return keepValue(RETURN, left);
}

/**
 * The dialog that this person left on this page for Microsoft, once.
 * @returns its step, and a note of what came of it, which the address's fragment says; null for none
 */
export function takeReturn(): { step: unknown; note: ReactNode } | null {
  const fragment = window.location.hash.slice(1);
  if (fragment.startsWith("confirmed=")) removeFragment();
  const left = readKept(RETURN) as Left | null;
  if (left?.path !== window.location.pathname) return null;
  forgetKept(RETURN);
  if (left.member !== openedFor()?.id) return null;
  return { step: JSON.parse(left.step, readDate), note: noteOf(new URLSearchParams(fragment)) };
}

function noteOf(outcome: URLSearchParams): ReactNode {
  const confirmed = outcome.get("confirmed");
  if (confirmed === null) return null;
  if (confirmed === "yes")
    return (
      <Callout tone="info" alert>
        Microsoft confirmed that it’s you. Nothing has been changed yet: check what’s above, then submit it.
      </Callout>
    );
  return (
    <Callout tone="bad" alert>
      {refusalOf(confirmed, outcome.get("as"))}
    </Callout>
  );
}

function refusalOf(reason: string, as: string | null): ReactNode {
  switch (reason) {
    case "cancelled":
      return "You cancelled at Microsoft, so nothing was changed. What you typed is still here.";
    case "other-account":
      return <OtherAccount as={as} />;
    case "no-auth-time":
      return "Microsoft didn’t say when you signed in, so nothing was changed. The operator of this service has to add the optional claim auth_time to ID tokens in the app registration.";
    case "not-signed-in-again":
      return "Microsoft didn’t ask you to sign in again, so nothing was changed. Try again, and sign in when Microsoft asks you to.";
    default:
      return "Microsoft couldn’t confirm that it’s you, so nothing was changed. Try again. If it happens again, sign out and sign in.";
  }
}

function OtherAccount({ as }: { as: string | null }) {
  const name = openedFor()?.name;
  return (
    <span>
      <span>At Microsoft you signed in as </span>
      <bdi translate="no">{as ?? "someone else"}</bdi>
      <span>, but this page belongs to </span>
      <bdi translate="no">{name}</bdi>
      <span>. You’re still signed in as </span>
      <bdi translate="no">{name}</bdi>
      <span>, and nothing was changed. Try again with that account.</span>
    </span>
  );
}
