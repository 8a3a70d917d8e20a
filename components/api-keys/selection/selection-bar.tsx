"use client";

import type { Selection } from "@/components/api-keys/selection/selection";
import type * as ActionsModule from "@/components/api-keys/selection/selection-actions";
import { NOT_LOADED } from "@/components/hooks/use-module";
import { FieldError } from "@/components/ui/field-error";

/** Fetches what can be done with a selection, which most visits don't need. */
export const loadActions = () => import("@/components/api-keys/selection/selection-actions");

/**
 * What can be done with the selected keys, above the foot of the window; nothing while none is selected. In the document it comes
 * before the list, and the list's end keeps room for it.
 * @param actions the module of {@link loadActions}
 * @param elsewhere how many of them this page doesn't show
 * @param offersAll whether to offer all that match, on other pages too
 */
export function SelectionBar({
  actions: { module, failed },
  selection,
  elsewhere,
  query,
  offersAll,
  onSelect,
  onClear,
}: {
  actions: { readonly module: typeof ActionsModule | null; readonly failed: boolean };
  selection: Selection;
  elsewhere: number;
  query: string;
  offersAll: boolean;
  onSelect: (ids: readonly string[]) => void;
  onClear: () => void;
}) {
  const { ids, stopped, isFull } = selection;
  // Once it's complete: what follows would move what is there.
  const isShown = (module !== null || failed) && (ids.size > 0 || stopped > 0 || isFull);
  const text = module?.selectedText(ids.size, elsewhere);
  return (
    <div
      role="group"
      aria-label="Selection"
      className="pointer-events-none fixed inset-x-0 bottom-[calc(var(--offline-height,0rem)+0.75rem)] z-20 flex justify-center px-3 print:hidden"
    >
      {/* Always rendered, because screen readers announce only changes. */}
      <p role="status" className="sr-only">
        {text}
      </p>
      {isShown ? (
        <div
          data-selection-bar
          className="pointer-events-auto relative flex flex-wrap items-center justify-center gap-2 rounded-lg border border-edge bg-surface px-3 py-2 shadow-overlay"
        >
          {/* What comes and goes by itself is above the bar, which so stays where it is. */}
          <div className="pointer-events-none absolute inset-x-0 bottom-full mb-2 grid justify-items-center gap-2 *:pointer-events-auto">
            {module ? <module.SelectionNote {...selection} /> : null}
            {module && offersAll ? <module.SelectAll query={query} ids={ids} onSelect={onSelect} /> : null}
          </div>
          {text ? (
            <p aria-hidden className="font-medium tabular-nums">
              {text}
            </p>
          ) : null}
          {module && ids.size > 0 ? <module.SelectionActions ids={ids} onRevoked={onClear} /> : null}
          {module ? <module.ClearSelection onClear={onClear} /> : null}
          {failed ? <FieldError>{NOT_LOADED}</FieldError> : null}
        </div>
      ) : null}
    </div>
  );
}
