"use client";

import { CalendarClock } from "lucide-react";
import { useId, type ReactNode } from "react";

import { FirstUse } from "@/components/api-keys/dialog/first-use";
import type { IssuedKeyView } from "@/components/api-keys/dialog/steps";
import { LocalAndUtcTime } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { CopyOnceField } from "@/components/ui/copy-once-field";
import { DoneButton } from "@/components/ui/dialog";
import type { Loss } from "@/components/ui/dialog-context";

const NOT_COPIED: Loss = {
  title: "You haven’t copied this key.",
  text: "You won’t see it again. Close anyway?",
};

/** How much of a key says what it is rather than which: `neo_sk_prod_`. */
const prefixOf = (key: string) => key.slice(0, key.lastIndexOf("_") + 1);

/** Shows a key, once. */
export function RevealKey({ issued }: { issued: IssuedKeyView }) {
  const warningId = useId();
  const { id, key, expiresAt, oldKeyWorksUntil } = issued;
  return (
    <div className="grid gap-4">
      <div id={warningId}>
        <Callout tone="warn">
          Copy this key now and store it somewhere safe. It’s shown only once and can’t be recovered.
        </Callout>
      </div>
      <CopyOnceField
        label="API key"
        noun="key"
        value={key}
        prefix={prefixOf(key)}
        describedBy={warningId}
        formats={[
          { label: "NEO_API_KEY=…", text: `NEO_API_KEY=${key}` },
          { label: "curl", text: `curl ${window.location.origin}/public-api/me -H "Authorization: Bearer ${key}"` },
        ]}
        loss={NOT_COPIED}
      />
      <ul className="grid gap-1 text-xs text-soft">
        {expiresAt ? (
          <Fact>
            Stops working on <LocalAndUtcTime at={expiresAt} />
          </Fact>
        ) : (
          <Fact>Never expires</Fact>
        )}
        {oldKeyWorksUntil ? (
          <Fact>
            The old key works until <LocalAndUtcTime at={oldKeyWorksUntil} />
          </Fact>
        ) : null}
      </ul>
      <FirstUse keyId={id} />
      <DoneButton />
    </div>
  );
}

function Fact({ children }: { children: ReactNode }) {
  return (
    <li className="flex gap-1.5">
      <CalendarClock aria-hidden className="mt-px size-3.5 shrink-0" />
      <span>{children}</span>
    </li>
  );
}
