"use client";

import { useRef, useState } from "react";

import type { ActionResult } from "@/lib/action-result";

/**
 * Calls a server action once at a time, and turns its refusal, or an answer that never came, into a message.
 * @param action the server action
 * @param onBusy told when a call begins and ends, so that a dialog does not close under it
 */
export function useSubmit<Input, Data>(
  action: (input: Input) => Promise<ActionResult<Data>>,
  onBusy: (busy: boolean) => void,
) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const running = useRef(false);

  const submit = async (input: Input): Promise<ActionResult<Data> | null> => {
    if (running.current) return null;
    running.current = true;
    setBusy(true);
    onBusy(true);
    setProblem(null);
    try {
      const result = await action(input);
      if (!result.ok) setProblem(refusalText(result));
      return result;
    } catch {
      // The browser lost the connection: nobody here knows whether the server acted.
      setProblem("The server did not answer. Check the list to see whether it worked before you try again.");
      return null;
    } finally {
      running.current = false;
      setBusy(false);
      onBusy(false);
    }
  };

  return { submit, busy, problem };
}

function refusalText(result: Extract<ActionResult<unknown>, { ok: false }>): string | null {
  if (result.code === "UNAUTHORIZED") {
    return "You are signed out. Sign in again in another tab, then come back: what you typed stays here.";
  }
  // A message beside a field is enough.
  return result.fields ? null : result.message;
}
