"use client";

import { useEffect, useState } from "react";

import { useKeyDialogs } from "@/components/api-keys/key-dialog-provider";
import { SELECT_PAGE_ID, type Selection } from "@/components/api-keys/selection/selection";
import { useSubmit } from "@/components/hooks/use-submit";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { Button } from "@/components/ui/button";
import { SELECTION_MAX } from "@/lib/api-keys/selection-rules";
import type { Selectable } from "@/lib/api-keys/selectable";
import { numberText } from "@/lib/text/number";

/** How many are selected. @param elsewhere how many of them this page doesn't show */
export function selectedText(count: number, elsewhere: number): string {
  if (count === 0) return "";
  const where = elsewhere === count ? ", on other pages" : `, ${numberText(elsewhere)} on other pages`;
  return `${numberText(count)} selected${elsewhere > 0 ? where : ""}`;
}

/** What happened to the selection without being asked for; "" for nothing. */
function changeText({ stopped, isFull }: Selection): string {
  if (isFull) return `You can select up to ${numberText(SELECTION_MAX)} keys.`;
  if (stopped === 0) return "";
  return stopped === 1
    ? "1 key no longer works and was deselected."
    : `${numberText(stopped)} keys no longer work and were deselected.`;
}

/** Says what happened to the selection without being asked for. */
export function SelectionNote(selection: Selection) {
  const text = changeText(selection);
  if (!text) return null;
  return (
    <p role="alert" className="rounded-lg border border-edge bg-surface px-3 py-1.5 shadow-overlay">
      {text}
    </p>
  );
}

/** All working keys that match the list; null until they are known. */
function useSelectable(query: string): Selectable | null {
  const [found, setFound] = useState<(Selectable & { readonly query: string }) | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const ask = async () => {
      const response = await fetch(`${API_KEYS_PATH}/selectable${query}`, { signal: stop.signal });
      if (response.ok) setFound({ ...((await response.json()) as Selectable), query });
    };
    // Without it, the keys of this page can be selected.
    ask().catch(() => undefined);
    return () => stop.abort();
  }, [query]);
  return found?.query === query ? found : null;
}

/** Offers to select all keys that match the list, on other pages too. */
export function SelectAll({
  query,
  ids,
  onSelect,
}: {
  query: string;
  ids: Selection["ids"];
  onSelect: (ids: readonly string[]) => void;
}) {
  const all = useSelectable(query);
  if (!all?.ids.some((id) => !ids.has(id))) return null;
  return (
    <Button small onClick={() => onSelect(all.ids)}>
      {all.hasMore
        ? `Select the newest ${numberText(SELECTION_MAX)} that match`
        : `Select all ${numberText(all.ids.length)} that match`}
    </Button>
  );
}

/** Saves a text as a file. */
function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** Revokes the selected keys, or downloads them. */
export function SelectionActions({ ids, onRevoked }: { ids: Selection["ids"]; onRevoked: () => void }) {
  const { open, prepares, actions } = useKeyDialogs();
  const { submit, busy, problem } = useSubmit(actions.exportKeys, undefined, "Nothing was changed.");
  const exportSelected = async () => {
    const result = await submit({ keyIds: [...ids] });
    if (result?.ok) save(result.data, `api-keys-${new Date().toISOString().slice(0, 10)}.csv`);
  };
  return (
    <>
      {problem ? (
        <p role="alert" className="order-first basis-full text-center">
          {problem}
        </p>
      ) : null}
      <Button small {...prepares} onClick={() => open({ kind: "revoke-selected", ids: [...ids], onRevoked })}>
        Revoke…
      </Button>
      <Button small busy={busy} onClick={() => void exportSelected()}>
        <span>Export</span>
        <span className="sr-only"> selected</span>
      </Button>
    </>
  );
}

/** Deselects all keys. */
export function ClearSelection({ onClear }: { onClear: () => void }) {
  const clear = () => {
    onClear();
    // This button disappears.
    document.getElementById(SELECT_PAGE_ID)?.focus();
  };
  return (
    <Button small onClick={clear}>
      Clear
    </Button>
  );
}
