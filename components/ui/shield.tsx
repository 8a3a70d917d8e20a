/** Takes every click, unseen. */
export function Shield() {
  return <div aria-hidden className="fixed inset-0 z-40" />;
}
