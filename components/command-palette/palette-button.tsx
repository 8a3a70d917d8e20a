"use client";

import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";

import { isForPage, isMac, shortcutOf, singleKeysOn } from "@/components/command-palette/shortcuts";
import { useModule } from "@/components/hooks/use-module";
import { Notice } from "@/components/ui/notice";

const NOT_LOADED = "The search couldn’t be loaded. Check your connection, reload the page and try again.";

const load = () => import("@/components/command-palette/command-palette");

const noChanges = () => () => undefined;

/** Opens the command palette, and answers the dashboard's keyboard shortcuts. The palette's code is fetched when it's wanted. */
export function PaletteButton({ isAdmin }: { isAdmin: boolean }) {
  const [face, setFace] = useState<"palette" | "help" | null>(null);
  const { module, prepare, failed } = useModule(load);
  const [opener, setOpener] = useState<Element | null>(null);
  const [typedAhead, setTypedAhead] = useState("");
  const onMac = useSyncExternalStore(noChanges, isMac, () => false);
  const open = (next: "palette" | "help") => {
    setOpener(document.activeElement);
    setTypedAhead("");
    prepare();
    setFace(next);
  };
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (!isForPage(event)) return;
    // Keeps what is typed while the palette is loading.
    if (face === "palette" && !module && !failed) {
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) setTypedAhead((before) => before + event.key);
      return event.preventDefault();
    }
    const shortcut = shortcutOf(event, isMac(), singleKeysOn());
    if (shortcut === "search") {
      const box = document.querySelector<HTMLInputElement>("main input[type=search]");
      if (!box) return;
      box.focus();
      box.select();
    } else if (shortcut) open(shortcut);
    if (shortcut) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKeyDown(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
  return (
    <>
      <button
        type="button"
        aria-label="Search everything"
        aria-haspopup="dialog"
        aria-keyshortcuts={onMac ? "Meta+K" : "Control+K"}
        onClick={() => open("palette")}
        onPointerEnter={prepare}
        onFocus={prepare}
        className="flex size-8 shrink-0 items-center justify-center gap-2 rounded-md text-soft hover:bg-sunken hover:text-ink xl:w-52 xl:justify-start xl:border xl:border-edge xl:bg-surface xl:px-2.5"
      >
        <Search aria-hidden className="size-4" />
        <span className="max-xl:hidden">Search</span>
        <kbd aria-hidden translate="no" className="ml-auto font-sans text-xs max-xl:hidden">
          {onMac ? "⌘ K" : "Ctrl K"}
        </kbd>
      </button>
      {module ? (
        <module.CommandPalette
          face={face}
          isAdmin={isAdmin}
          initial={typedAhead}
          opener={opener}
          onClose={() => setFace(null)}
          onHelp={() => setFace("help")}
        />
      ) : null}
      {failed && face ? <Notice text={NOT_LOADED} isError onDismiss={() => setFace(null)} /> : null}
    </>
  );
}
