import type { Operation } from "@/lib/public-api/operation";

/** The methods an operation can be for. */
export type OperationMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

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
