import type { ReactNode } from "react";

import type { KeyPage } from "@/components/api-keys/key-dialog-provider";
import { failureText, refusalText } from "@/components/hooks/use-submit";

/**
 * Makes the signed-in person the owner of a key.
 * @param name the key's
 * @returns why it failed; null after a success
 */
export function takeOver({ actions, finish }: KeyPage, name: string, keyId: string): Promise<ReactNode> {
  return actions.takeOver({ keyId }).then(
    (result) => {
      if (!result.ok) return refusalText(result);
      finish(`You’re now the owner of ${name}.`);
      return null;
    },
    (error: unknown) => failureText(error),
  );
}
