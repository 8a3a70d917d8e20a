// Holds Back within the application. The Navigation API would do it, but many browsers lack it (docs/decisions/040).
// While held, a second history entry of the same address is on top of the page's own. Back leads to the page's own and is undone.

/** Which of the two entries a history state belongs to. */
const MARK = "neoLeaveGuard";
type Mark = "page" | "guard";

/** Called in place of going back; null while Back is not held. */
let held: (() => void) | null = null;
/** Whether the second entry is on top of the page's own. */
let covered = false;
/** The history state and the address of the held page. */
let page: { state: object; address: string } = { state: {}, address: "" };
/** Whether a history step made here is in progress. */
let stepping = false;

function markOf(state: unknown): Mark | null {
  const mark: unknown = typeof state === "object" && state !== null && MARK in state ? state[MARK] : null;
  return mark === "page" || mark === "guard" ? mark : null;
}

// Next keeps its own state there, which must be preserved.
const marked = (state: object, mark: Mark) => ({ ...state, [MARK]: mark });

const currentState = () => (window.history.state ?? {}) as object;

function step(delta: 1 | -1): void {
  stepping = true;
  window.history.go(delta);
}

function onPopState(event: PopStateEvent): void {
  const own = stepping;
  stepping = false;
  const mark = markOf(event.state);
  if (!held) {
    // Skips the second entry once Back is released; the router must not see that step.
    if (mark === "guard") step(-1);
    if (own || mark === "guard") event.stopImmediatePropagation();
    return;
  }
  event.stopImmediatePropagation();
  if (mark === "page") step(1);
  else if (mark === "guard" || (own && window.location.href === page.address)) return;
  else {
    // Back went further than one entry: restore the address of the page that is still shown.
    window.history.pushState(marked(page.state, "page"), "", page.address);
    window.history.pushState(marked(page.state, "guard"), "", page.address);
  }
  if (!own) held();
}

/**
 * Handles every history step before Next's router does. Must be called before the router starts: Chromium calls a window's
 * listeners in the order they were added, capturing or not, and the router would leave the page first.
 */
export function watchHistory(): void {
  window.addEventListener("popstate", onPopState, { capture: true });
}

/** Holds Back until {@link releaseBack}. @param onBack called in place of going back */
export function holdBack(onBack: () => void): void {
  held = onBack;
  if (covered) return;
  covered = true;
  // A step onto or off the second entry is in progress: onPopState leads back onto it.
  if (stepping) return;
  page = { state: currentState(), address: window.location.href };
  window.history.replaceState(marked(page.state, "page"), "");
  window.history.pushState(marked(page.state, "guard"), "");
}

/** Releases Back, and removes the second entry unless the person has moved on. */
export function releaseBack(): void {
  held = null;
  if (!covered) return;
  covered = false;
  if (window.location.href !== page.address || markOf(currentState()) === "page") return;
  // A refresh of the page's data makes Next rewrite the state, without the mark.
  window.history.replaceState(marked(currentState(), "guard"), "");
  step(-1);
}

/** Leaves a second entry that a reload left on top. */
export function dropStaleGuard(): void {
  if (!held && !covered && !stepping && markOf(window.history.state) === "guard") step(-1);
}
