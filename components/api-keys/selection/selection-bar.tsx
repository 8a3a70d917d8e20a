"use client";

import { clsx } from "clsx";
import { useEffect, useState } from "react";

import { preparesDialog, useKeyDialogs } from "@/components/api-keys/key-dialog-provider";
import type { Selection } from "@/components/api-keys/selection/selection";
import { useSubmit } from "@/components/hooks/use-submit";
import { API_KEYS_PATH } from "@/components/shell/paths";
import { Button } from "@/components/ui/button";
import { SELECTION_MAX } from "@/lib/api-keys/selection-rules";
import type { Selectable } from "@/lib/api-keys/selectable";
import { numberText } from "@/lib/text/number";

/** The id of the checkbox that selects the page. */
export const SELECT_PAGE_ID = "select-page";

/** All working keys that match the list, once they are wanted; null until they are known. */
function useSelectable(query: string, wanted: boolean): Selectable | null {
  const [found, setFound] = useState<(Selectable & { readonly query: string }) | null>(null);
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    const ask = async () => {
      const response = await fetch(`${API_KEYS_PATH}/selectable${query}`, { signal: stop.signal });
      if (response.ok) setFound({ ...((await response.json()) as Selectable), query });
    };
    // Without it, the keys of this page can be selected.
    ask().catch(() => undefined);
    return () => stop.abort();
  }, [wanted, query]);
  return wanted && found?.query === query ? found : null;
}

/** How many are selected. @param elsewhere how many of them this page doesn't show */
function countText(count: number, elsewhere: number): string {
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

/** Saves a text as a file. */
function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

/** Downloads the selected keys. */
function useExport({ ids }: Selection) {
  const { exportKeys } = useKeyDialogs().actions;
  const { submit, ...state } = useSubmit(exportKeys, undefined, "Nothing was changed.");
  const exportSelected = async () => {
    const result = await submit({ keyIds: [...ids] });
    if (result?.ok) save(result.data, `api-keys-${new Date().toISOString().slice(0, 10)}.csv`);
  };
  return { exportSelected, ...state };
}

/**
 * What can be done with the selected keys, above the foot of the window; nothing while none is selected. In the document it comes
 * before the list, and the list's end keeps room for it.
 * @param elsewhere how many of them this page doesn't show
 * @param offersAll whether to offer all that match, on other pages too
 */
export function SelectionBar({
  selection,
  elsewhere,
  query,
  offersAll,
  onSelect,
  onClear,
}: {
  selection: Selection;
  elsewhere: number;
  query: string;
  offersAll: boolean;
  onSelect: (ids: readonly string[]) => void;
  onClear: () => void;
}) {
  const { open } = useKeyDialogs();
  const { exportSelected, busy, problem } = useExport(selection);
  const all = useSelectable(query, offersAll);
  const { ids } = selection;
  const note = problem ?? changeText(selection);
  const offered = all?.ids.some((id) => !ids.has(id)) ? all : null;
  const isShown = ids.size > 0 || Boolean(note);
  return (
    <div
      role="group"
      aria-label="Selection"
      className="pointer-events-none fixed inset-x-0 bottom-3 z-20 flex justify-center px-3 print:hidden"
    >
      <div
        data-selection-bar={isShown ? "" : undefined}
        className={clsx(
          isShown &&
            "pointer-events-auto grid justify-items-center gap-2 rounded-lg border border-edge bg-surface px-3 py-2 shadow-xl",
        )}
      >
        {/* What comes and goes by itself is above what is already there, which so stays where it is. */}
        {note ? <p role="alert">{note}</p> : null}
        {offered ? (
          <Button small onClick={() => onSelect(offered.ids)}>
            {offered.hasMore
              ? `Select the newest ${numberText(SELECTION_MAX)} that match`
              : `Select all ${numberText(offered.ids.length)} that match`}
          </Button>
        ) : null}
        <div className="flex flex-wrap items-center justify-center gap-2">
          <p role="status" className="font-medium tabular-nums">
            {countText(ids.size, elsewhere)}
          </p>
          {ids.size > 0 ? (
            <>
              <Button
                small
                look="caution"
                {...preparesDialog}
                onClick={() => open({ kind: "revoke-selected", ids: [...ids], onRevoked: onClear })}
              >
                Revoke…
              </Button>
              <Button small busy={busy} onClick={() => void exportSelected()}>
                <span>Export</span>
                <span className="sr-only"> selected</span>
              </Button>
            </>
          ) : null}
          {isShown ? <ClearButton onClear={onClear} /> : null}
        </div>
      </div>
    </div>
  );
}

function ClearButton({ onClear }: { onClear: () => void }) {
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
