/** An invisible layer that takes every click. */
export function Shield() {
  return <div aria-hidden className="fixed inset-0 z-40" />;
}
