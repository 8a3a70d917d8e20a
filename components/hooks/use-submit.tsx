"use client";

import { useContext, useRef, useState, type ReactNode } from "react";

import { otherSessionText } from "@/components/browser/rendered-for";
import { actionFailureText, SIGNED_OUT } from "@/components/browser/action-failure";
import { needsReload } from "@/components/browser/page-fetch";
import { NOT_LOADED } from "@/components/hooks/use-module";
import { reloadFreely } from "@/components/hooks/use-leave-guard";
import { DialogContext } from "@/components/ui/dialog-context";
import type { ActionResult } from "@/lib/auth/action-result";

/**
 * Calls a server action, one call at a time, and turns a refusal or a lost response into a message, and the refusal of an old sign-in into
 * the question for a fresh one. A dialog around it does not close during a call.
 * @param keep saves what was typed for after a reload or a fresh sign-in, and returns whether it could; omitted where nothing is typed
 * @param outcome what may have happened if no response arrives
 */
export function useSubmit<Input, Data>(
  action: (input: Input) => Promise<ActionResult<Data>>,
  keep?: () => boolean,
  outcome?: string,
) {
  const { onBusy } = useContext(DialogContext);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReactNode>(null);
  const [confirm, setConfirm] = useState<ReactNode>(null);
  const running = useRef(false);

  const submit = async (input: Input): Promise<ActionResult<Data> | null> => {
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    onBusy(true);
    setProblem(null);
    setConfirm(null);
    try {
      const result = await action(input);
      if (!result.ok && result.reason === "fresh_sign_in_required") {
        const loaded = await import("@/components/ui/confirm-sign-in").catch(() => null);
        if (loaded) setConfirm(<loaded.ConfirmSignIn keep={keep} />);
        else setProblem(NOT_LOADED);
      } else if (!result.ok) setProblem(refusalText(result));
      return result;
    } catch (error) {
      setProblem(failureText(error, keep, outcome));
      return null;
    } finally {
      running.current = false;
      setBusy(false);
      onBusy(false);
    }
  };

  return { submit, busy, problem, confirm };
}

/** The message for an action that returned no result, with what helps. Parameters as for {@link useSubmit}. */
export function failureText(error: unknown, keep?: () => boolean, outcome?: string): ReactNode {
  if (!needsReload(error)) return actionFailureText(error, navigator.onLine, undefined, outcome);
  const kept = keep?.();
  return (
    <WithReload onReload={kept === false ? reload : reloadFreely}>
      {actionFailureText(error, navigator.onLine, kept)}
    </WithReload>
  );
}

const reload = () => window.location.reload();

function WithReload({ onReload, children }: { onReload: () => void; children: string }) {
  return (
    <span>
      <span>{children}</span>{" "}
      <button type="button" className="min-h-6 underline underline-offset-4" onClick={onReload}>
        Reload page
      </button>
    </span>
  );
}

/** The message for a refused action, with what helps; null where the messages beside the fields are enough. */
export function refusalText(result: Extract<ActionResult<unknown>, { ok: false }>): ReactNode {
  if (result.reason === "other_session") {
    return <WithReload onReload={reload}>{otherSessionText(result.message)}</WithReload>;
  }
  if (result.code === "UNAUTHORIZED") return SIGNED_OUT;
  return result.fields ? null : result.message;
}
