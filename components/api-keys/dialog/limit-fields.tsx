import { useState } from "react";
import type { FieldErrors, UseFormRegisterReturn } from "react-hook-form";

import { fetchNetworkUse, suggestionText } from "@/components/api-keys/dialog/network-use-texts";
import { Button } from "@/components/ui/button";
import { CheckboxField } from "@/components/ui/checkbox-field";
import { NetworksField } from "@/components/ui/networks-field";

/** What a key may do less than others, as typed. */
export interface LimitValues {
  readOnly: boolean;
  networks: string;
}

/** No limits: the key may do what keys may, from anywhere. */
export const NO_LIMITS: LimitValues = { readOnly: false, networks: "" };

/** Limits of a key. @param register the form's, for these two */
export function LimitFields({
  register,
  errors,
}: {
  register: (name: keyof LimitValues) => UseFormRegisterReturn<keyof LimitValues>;
  errors: FieldErrors<LimitValues>;
}) {
  return (
    <>
      <CheckboxField
        label="Read-only"
        hint="The key can read, and can’t create, change or delete anything."
        {...register("readOnly")}
      />
      <NetworksField
        what="let the key be used from anywhere"
        error={errors.networks?.message}
        registration={register("networks")}
      />
    </>
  );
}

const NO_ANSWER = "We can’t load where this key was used right now. Try again in a moment.";

/**
 * Adds networks from which the key was used, to be reviewed: nothing is saved.
 * @param typed the networks in the form
 * @param onAdd what to add to them
 */
export function SuggestNetworks({
  keyId,
  typed,
  onAdd,
}: {
  keyId: string;
  typed: string;
  onAdd: (networks: readonly string[]) => void;
}) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const suggest = async () => {
    setBusy(true);
    try {
      const use = await fetchNetworkUse(keyId, typed);
      if (use.suggestion.length > 0) onAdd(use.suggestion);
      setSaid(suggestionText(use));
    } catch {
      setSaid(NO_ANSWER);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="-mt-2">
      <Button small busy={busy} onClick={() => void suggest()}>
        Suggest from use
      </Button>
      <p role="status" className="mt-1 text-xs text-soft">
        {said}
      </p>
    </div>
  );
}
