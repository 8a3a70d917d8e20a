/** A key, an id or an address: monospaced, and never translated by the browser. @param className more classes */
export function Mono({ children, className = "" }: { children: string | null; className?: string }) {
  return (
    <code translate="no" className={`font-mono text-xs ${className}`}>
      {children}
    </code>
  );
}
