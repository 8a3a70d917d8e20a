import type { Operation } from "@/lib/public-api/operation";

/** The methods an operation can be for. */
export type OperationMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The methods that a path can be asked with; HEAD and OPTIONS need no operation of their own. */
export const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** The operations of one path. */
export type PathOperations = Readonly<Partial<Record<OperationMethod, Operation>>>;

const paths = new Map<string, PathOperations>();

/** Notes the operations of a path, so that the OpenAPI document has them. A path noted again is replaced. */
export function register(path: string, operations: PathOperations): void {
  paths.set(path, operations);
}

/** Every path whose route module was loaded, in alphabetical order. */
export function registeredPaths(): [path: string, operations: PathOperations][] {
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What `Allow` lists for a path: HEAD comes with GET, and OPTIONS is always there. */
export const allowedMethods = (operations: PathOperations): Method[] =>
  METHODS.filter((method) => method === "OPTIONS" || operations[method === "HEAD" ? "GET" : method] !== undefined);
