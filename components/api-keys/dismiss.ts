import type { ReactNode } from "react";

import { actionFailureText } from "@/components/browser/action-failure";
import type { KeyPage } from "@/components/api-keys/key-dialog-provider";
import { failureText, refusalText } from "@/components/hooks/use-submit";
import type { DismissWarningInput } from "@/lib/api-keys/schemas";

/**
 * Dismisses a key's warning, and offers to undo that.
 * @param name the key's
 * @returns why it failed; null after a success
 */
export function dismiss({ actions, finish }: KeyPage, name: string, warning: DismissWarningInput): Promise<ReactNode> {
  const undo = async () => {
    try {
      const result = await actions.restore(warning);
      finish(result.ok ? `${name} needs attention again.` : result.message);
    } catch (error) {
      // The button has left the page with its row.
      finish(actionFailureText(error, navigator.onLine));
    }
  };
  return actions.dismiss(warning).then(
    (result) => {
      if (!result.ok) return refusalText(result);
      if (result.data.dismissed) finish(`Dismissed ${name} for 30 days.`, () => void undo());
      else finish(`${name} was already dismissed, or has changed.`);
      return null;
    },
    (error: unknown) => failureText(error),
  );
}
