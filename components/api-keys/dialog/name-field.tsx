"use client";

import { clsx } from "clsx";
import { useEffect, useState } from "react";
import type { UseFormRegisterReturn } from "react-hook-form";

import { API_KEYS_PATH } from "@/components/shell/paths";
import { TextField } from "@/components/ui/field";
import { cleanName, nameProblem } from "@/lib/text/name";

/** How long after the last key press the server is asked, in milliseconds. */
const PAUSE_MS = 400;

/** Whether another working key has the name; false until it is known. @param except the key that is edited */
function useNameTaken(typed: string, except: string | undefined): boolean {
  const name = cleanName(typed);
  const [taken, setTaken] = useState<string | null>(null);
  useEffect(() => {
    if (nameProblem(name) !== null) return;
    const stop = new AbortController();
    const ask = async () => {
      const query = new URLSearchParams({ name, ...(except && { except }) });
      const response = await fetch(`${API_KEYS_PATH}/name-taken?${query}`, { signal: stop.signal });
      const answer = (await response.json()) as { taken?: boolean };
      setTaken(answer.taken ? name : null);
    };
    // Only a hint: without an answer there is none.
    const timer = setTimeout(() => void ask().catch(() => undefined), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [name, except]);
  return taken === name;
}

/** The name of a key. Says when another key has it: that is allowed, and easily a mistake. */
export function KeyNameField({
  typed,
  error,
  keyId,
  ...input
}: UseFormRegisterReturn<"name"> & {
  typed: string;
  error: string | undefined;
  /** The key that is edited; left out for a new one. */
  keyId?: string;
}) {
  const isTaken = useNameTaken(typed, keyId);
  return (
    <TextField
      label="Name"
      hint={
        // One above the other, so that nothing moves.
        <span className="grid *:col-start-1 *:row-start-1">
          <span className={clsx(isTaken && "invisible")}>
            Use one key per integration and name it for that integration, such as Billing export script.
          </span>
          <span role="status" className="text-warn">
            {isTaken ? "Another working key has this name." : ""}
          </span>
        </span>
      }
      error={error}
      {...input}
    />
  );
}

/** The options with which a form registers the field. */
export const NAME_RULES = { validate: (typed: string) => nameProblem(typed) ?? true };
