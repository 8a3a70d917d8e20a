import type { MouseEvent } from "react";

const FORM_ID = "early-clicks";

/** The form of {@link earlyClick}'s buttons, once on a page. */
export function EarlyClicks() {
  return <form id={FORM_ID} hidden />;
}

/**
 * What makes a button's click take effect even if it came before the page's scripts started: React then repeats the actions of
 * forms, but no clicks.
 */
export function earlyClick(act: () => void) {
  const onClick = (event: MouseEvent) => {
    event.preventDefault();
    act();
  };
  return { type: "submit", form: FORM_ID, formAction: act, onClick } as const;
}
