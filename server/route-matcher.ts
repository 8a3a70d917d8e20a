import "server-only";

/** The handlers that a route file exports, by their methods. */
type RouteFile = Readonly<Record<string, unknown>>;

/** The route files of the API by their folders, such as `/public-api/agents/[agent_id]`. */
export type RouteFiles = Readonly<Record<string, RouteFile>>;

/** A route file, and the parts of the path by their names. */
export interface Match {
  readonly file: RouteFile;
  readonly params: Readonly<Record<string, string>>;
}

const NO_PARAMS = {};

/** @returns finds the route file of a path, as Next does */
export function routeMatcher(files: RouteFiles): (path: string) => Match {
  const fixed = new Map<string, Match>();
  const patterns: { readonly pattern: RegExp; readonly file: RouteFile }[] = [];
  let unknown: Match | undefined;
  for (const [folder, file] of Object.entries(files)) {
    if (folder.includes("[[...")) unknown = { file, params: NO_PARAMS };
    else if (folder.includes("[")) {
      patterns.push({ pattern: new RegExp(`^${folder.replaceAll(/\[(\w+)\]/g, "(?<$1>[^/]+)")}$`), file });
    } else fixed.set(folder, { file, params: NO_PARAMS });
  }
  if (!unknown) throw new Error("no route file answers unknown paths");
  const otherwise = unknown;
  return (path) => {
    const known = fixed.get(path);
    if (known) return known;
    for (const { pattern, file } of patterns) {
      const found = pattern.exec(path);
      if (found) return { file, params: found.groups ?? NO_PARAMS };
    }
    return otherwise;
  };
}
