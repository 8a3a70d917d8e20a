/** What a key press of the dashboard does. */
export type Shortcut = "palette" | "search" | "help";

/** What a decision about a key press depends on. */
type Press = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "isComposing" | "defaultPrevented"
>;

/**
 * The shortcut that was pressed; null for none. Shift is no modifier here: some layouts need it for `/`, and most for `?`.
 * @param isMac whether ⌘ takes the place of Ctrl
 * @param singleKeys whether shortcuts of a single character are on
 */
export function shortcutOf(press: Press, isMac: boolean, singleKeys: boolean): Shortcut | null {
  const { key, ctrlKey, metaKey, altKey } = press;
  if (press.repeat || press.isComposing || press.defaultPrevented || altKey) return null;
  if (key.toLowerCase() === "k") return (isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey) ? "palette" : null;
  if (!singleKeys || ctrlKey || metaKey) return null;
  if (key === "/") return "search";
  return key === "?" ? "help" : null;
}

/** What takes key presses itself: fields, widgets that find their options by typing, and whatever is in a dialog. */
const TAKES_KEYS = [
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit])",
  "textarea",
  "select",
  "[contenteditable]:not([contenteditable=false])",
  "[role=textbox]",
  "[role=combobox]",
  "[role=listbox]",
  "[role=menu]",
  "[role=dialog]",
  "[role=alertdialog]",
].join();

/** Whether a key press belongs to the page as a whole: the focus is in no field, and no dialog is open. */
export function isForPage({ target }: Pick<KeyboardEvent, "target">): boolean {
  if (document.querySelector("[role=dialog][data-state=open], [role=alertdialog]")) return false;
  return !(target instanceof Element) || target.closest(TAKES_KEYS) === null;
}

/** Whether this is an Apple system, whose keyboards have ⌘. */
export const isMac = () => /^(Mac|iP)/.test(navigator.platform);

const SINGLE_KEYS = "neo-single-keys";

/** Whether shortcuts of a single character are on in this browser. Speech input can trigger them by accident (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  try {
    return window.localStorage.getItem(SINGLE_KEYS) !== "off";
  } catch {
    return true;
  }
}

/** Switches shortcuts of a single character on or off in this browser. */
export function setSingleKeys(on: boolean): void {
  try {
    if (on) window.localStorage.removeItem(SINGLE_KEYS);
    else window.localStorage.setItem(SINGLE_KEYS, "off");
  } catch {
    // Storage is blocked: they stay on.
  }
}
