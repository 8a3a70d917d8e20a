// Back inside the application, held by means that every browser has: the Navigation API is missing from many.
// While held, an entry of the same address lies on top of the page's own. Back leads to the page's own and is undone.

/** Which of the two entries a history state belongs to. */
const MARK = "neoLeaveGuard";
type Mark = "page" | "guard";

/** Called instead of going back; null while Back is free. */
let held: (() => void) | null = null;
/** Our entry lies on top of the page's own. */
let covered = false;
/** The history state and the address of the page that is held. */
let page: { state: object; address: string } = { state: {}, address: "" };
/** A step through the history that was made here is under way. */
let stepping = false;

function markOf(state: unknown): Mark | null {
  const mark: unknown = typeof state === "object" && state !== null && MARK in state ? state[MARK] : null;
  return mark === "page" || mark === "guard" ? mark : null;
}

// Next keeps its own state there; a state that carries it passes Next's router by.
const marked = (state: object, mark: Mark) => ({ ...state, [MARK]: mark });

function step(delta: 1 | -1): void {
  stepping = true;
  window.history.go(delta);
}

function onPopState(event: PopStateEvent): void {
  const own = stepping;
  stepping = false;
  const mark = markOf(event.state);
  if (!held) {
    // Nobody stays on an entry whose guard is over, nor does the router hear of the step away from it.
    if (mark === "guard") step(-1);
    if (own || mark === "guard") event.stopImmediatePropagation();
    return;
  }
  event.stopImmediatePropagation();
  if (mark === "page") step(1);
  else if (mark === "guard" || (own && window.location.href === page.address)) return;
  else {
    // Further back than one entry: the page that is still shown gets its address again.
    window.history.pushState(marked(page.state, "page"), "", page.address);
    window.history.pushState(marked(page.state, "guard"), "", page.address);
  }
  if (!own) held();
}

/**
 * Has every step through the history come here before Next's router hears of it. Called before the router starts: Chromium
 * calls a window's listeners in the order they were added, capturing or not, and the router would leave the page first.
 */
export function watchHistory(): void {
  window.addEventListener("popstate", onPopState, { capture: true });
}

/**
 * Holds Back until {@link releaseBack}.
 * @param onBack called instead of going back
 */
export function holdBack(onBack: () => void): void {
  held = onBack;
  if (covered) return;
  covered = true;
  // A step onto or off our entry is under way: onPopState leads back onto it.
  if (stepping) return;
  const state: unknown = window.history.state;
  page = { state: typeof state === "object" && state !== null ? state : {}, address: window.location.href };
  window.history.replaceState(marked(page.state, "page"), "");
  window.history.pushState(marked(page.state, "guard"), "");
}

/** Lets Back go again, and takes our entry away unless the person has moved on. */
export function releaseBack(): void {
  held = null;
  if (!covered) return;
  covered = false;
  const state: unknown = window.history.state;
  if (window.location.href !== page.address || markOf(state) === "page") return;
  // A refresh of the page's data has Next write the state anew, without the mark.
  window.history.replaceState(marked(typeof state === "object" && state !== null ? state : {}, "guard"), "");
  step(-1);
}

/** Leaves an entry of ours that a reload left on top. */
export function dropStaleGuard(): void {
  if (!held && !covered && !stepping && markOf(window.history.state) === "guard") step(-1);
}
