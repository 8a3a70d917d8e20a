"use client";

import {
  createContext,
  type ReactNode,
  type RefObject,
  useContext,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

import { loadActions, SelectionBar } from "@/components/api-keys/selection/selection-bar";
import {
  dropStopped,
  NOTHING,
  rangeOf,
  SELECT_PAGE_ID,
  select,
  type Selection,
  type SelectionRow,
} from "@/components/api-keys/selection/selection";
import { useModule } from "@/components/hooks/use-module";

interface Scope {
  readonly ids: Selection["ids"];
  /** The rows that the page's own checkbox selects. */
  readonly ofPage: readonly string[];
  readonly toggle: (ids: readonly string[], isSelected: boolean) => void;
  /** One row; with Shift all rows since the last one. */
  readonly toggleRow: (id: string, isSelected: boolean, isRange: boolean) => void;
  /** Fetches what a selection is about to need. */
  readonly prepare: () => void;
}

const SelectionScope = createContext<Scope>({
  ids: NOTHING.ids,
  ofPage: [],
  toggle: () => undefined,
  toggleRow: () => undefined,
  prepare: () => undefined,
});

/**
 * The selection of keys, by id: it outlives a refresh of the list, another order and another page.
 * @param rows the rows of this page
 * @param query the list's search and filters: "" or "?…"
 * @param hasOtherPages whether more keys match than this page shows
 */
export function KeySelection({
  rows,
  query,
  hasOtherPages,
  children,
}: {
  rows: readonly SelectionRow[];
  query: string;
  hasOtherPages: boolean;
  children: ReactNode;
}) {
  const { prepare, ...actions } = useModule(loadActions);
  const [kept, setSelection] = useState(NOTHING);
  const selection = dropStopped(kept, rows);
  if (selection !== kept) setSelection(selection);
  const last = useRef<string | null>(null);
  const { ids } = selection;
  const ofPage = rows.filter(({ state }) => state === "matches").map(({ id }) => id);
  const toggle = (changed: readonly string[], isSelected: boolean) => {
    prepare();
    setSelection((before) => select(before, changed, isSelected));
  };
  const toggleRow = (id: string, isSelected: boolean, isRange: boolean) => {
    toggle(isRange ? rangeOf(rows, last.current, id) : [id], isSelected);
    last.current = id;
  };
  const isPageSelected = ofPage.length > 0 && ofPage.every((id) => ids.has(id));
  const onPage = rows.filter(({ id }) => ids.has(id)).length;
  return (
    <SelectionScope value={{ ids, ofPage, toggle, toggleRow, prepare }}>
      <SelectionBar
        actions={actions}
        selection={selection}
        elsewhere={ids.size - onPage}
        query={query}
        offersAll={isPageSelected && hasOtherPages}
        onSelect={(some) => toggle(some, true)}
        onClear={() => setSelection(NOTHING)}
      />
      {children}
      {/* Room for the bar, so that it never covers the end of the page. */}
      <div aria-hidden className="h-16 max-sm:h-28 print:hidden" />
    </SelectionScope>
  );
}

/**
 * A checkbox's ref.
 * @param onEarlyCheck called when it was checked before the page's scripts started, for which React fires no event
 * @param isSome whether to show it as neither checked nor unchecked
 */
function useCheckbox(onEarlyCheck: () => void, isSome = false): RefObject<HTMLInputElement | null> {
  const box = useRef<HTMLInputElement>(null);
  const takeUp = useEffectEvent(() => {
    if (box.current?.checked && !box.current.defaultChecked) onEarlyCheck();
  });
  useLayoutEffect(() => {
    takeUp();
  }, []);
  useLayoutEffect(() => {
    if (box.current) box.current.indeterminate = isSome;
  }, [isSome]);
  return box;
}

/** Selects a key. @param label says which */
export function SelectKey({ id, label }: { id: string; label: string }) {
  const { ids, toggleRow, prepare } = useContext(SelectionScope);
  const box = useCheckbox(() => toggleRow(id, true, false));
  return (
    <label className="checkbox-target" onPointerEnter={prepare}>
      <input
        ref={box}
        type="checkbox"
        autoComplete="off"
        aria-label={label}
        checked={ids.has(id)}
        onFocus={prepare}
        onChange={({ target, nativeEvent }) =>
          toggleRow(id, target.checked, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
        }
        className="checkbox"
      />
    </label>
  );
}

/** Selects all keys of the page, or none. */
export function SelectPage() {
  const { ids, ofPage, toggle, prepare } = useContext(SelectionScope);
  const count = ofPage.filter((id) => ids.has(id)).length;
  const isAll = count > 0 && count === ofPage.length;
  const isSome = count > 0 && !isAll;
  const box = useCheckbox(() => toggle(ofPage, true), isSome);
  return (
    <label className="checkbox-target" onPointerEnter={prepare}>
      <input
        ref={box}
        id={SELECT_PAGE_ID}
        type="checkbox"
        autoComplete="off"
        aria-label="Select all keys on this page"
        disabled={ofPage.length === 0}
        checked={isAll}
        onFocus={prepare}
        onChange={() => toggle(ofPage, !isAll)}
        className="checkbox"
      />
    </label>
  );
}
