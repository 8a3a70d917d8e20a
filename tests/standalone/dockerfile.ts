import path from "node:path";

/** One line of a Dockerfile that makes files. Folders are those of the image, absolute. */
export type Step =
  | { readonly kind: "copy"; readonly from: string | null; readonly sources: readonly string[]; readonly to: string }
  | { readonly kind: "run"; readonly command: string; readonly folder: string };

/** A stage of a Dockerfile, as far as ours say anything. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Who runs its command; root where it does not say. */
  readonly user: string;
  readonly command: readonly string[];
  /** What tells whether a container of it is well. */
  readonly probe: readonly string[];
  readonly stopSignal: string;
}

/** What may stand before an instruction's arguments without changing which files there are. */
const HARMLESS_FLAGS = /^--(mount=type=cache,|chown=root:root$|interval=|timeout=|start-period=|retries=)/;

/**
 * Reads a Dockerfile.
 * @throws Error at whatever it does not know: what is carried out by hand (tests/standalone/carry-out.ts) must be all there is
 */
export function parseDockerfile(text: string): Stage[] {
  const args = new Map<string, string>();
  const fill = (value: string) => value.replace(/\$\{(\w+)\}/g, (whole, name: string) => args.get(name) ?? whole);
  const stages: (Stage & { steps: Step[]; env: Record<string, string> })[] = [];

  for (const [instruction, rest] of instructions(text)) {
    const stage = stages.at(-1);
    const change = (part: Partial<Stage>) => Object.assign(required(stage, instruction), part);
    switch (instruction) {
      case "ARG": {
        const [name = "", value = ""] = rest.split("=");
        args.set(name, value);
        break;
      }
      case "FROM": {
        const [, base = "", name = ""] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
        if (!name) throw new Error(`A stage without a name: FROM ${rest}`);
        const more = { folder: "/", user: "root", command: [], probe: [], stopSignal: "SIGTERM" };
        stages.push({ name, base: fill(base), steps: [], env: {}, ...more });
        break;
      }
      case "WORKDIR":
        change({ folder: path.posix.resolve(required(stage, instruction).folder, rest) });
        break;
      case "COPY": {
        const { flags, words } = split(rest);
        const from = flags.find((flag) => flag.startsWith("--from="))?.slice(7) ?? null;
        known(flags.filter((flag) => !flag.startsWith("--from=")));
        const { steps, folder } = required(stage, instruction);
        const to = path.posix.resolve(folder, words.at(-1) ?? "");
        steps.push({ kind: "copy", from, sources: words.slice(0, -1), to });
        break;
      }
      case "RUN": {
        const { flags, words } = split(rest);
        known(flags);
        const { steps, folder } = required(stage, instruction);
        steps.push({ kind: "run", command: words.join(" "), folder });
        break;
      }
      case "ENV":
        for (const pair of rest.split(" ")) {
          const [name = "", value = ""] = pair.split("=");
          required(stage, instruction).env[name] = value;
        }
        break;
      case "USER":
        change({ user: rest });
        break;
      case "CMD":
        change({ command: list(rest) });
        break;
      case "HEALTHCHECK": {
        const [options = "", probe = ""] = rest.split(/ CMD /);
        known(options.split(" "));
        change({ probe: list(probe) });
        break;
      }
      case "STOPSIGNAL":
        change({ stopSignal: rest });
        break;
      case "EXPOSE":
        break;
      default:
        throw new Error(`This instruction is not known here: ${instruction}`);
    }
  }
  return stages;
}

function* instructions(text: string): Generator<[name: string, rest: string]> {
  const lines = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "");
  for (const line of lines.split("\n").filter(Boolean)) {
    const end = line.indexOf(" ");
    yield [line.slice(0, end), line.slice(end + 1).trim()];
  }
}

function required<T>(stage: T | undefined, instruction: string): T {
  if (!stage) throw new Error(`${instruction} stands before the first FROM`);
  return stage;
}

/** The options that an instruction begins with, and what comes after them. */
function split(rest: string): { flags: string[]; words: string[] } {
  const words = rest.split(" ");
  const first = words.findIndex((word) => !word.startsWith("--"));
  return { flags: words.slice(0, first), words: words.slice(first) };
}

function known(flags: readonly string[]): void {
  const unknown = flags.find((flag) => !HARMLESS_FLAGS.test(flag));
  if (unknown) throw new Error(`This option is not known here: ${unknown}`);
}

/** The JSON form of a command: the other one would put a shell before it, which passes no signals on. */
function list(json: string): string[] {
  const words: unknown = JSON.parse(json);
  if (!Array.isArray(words)) throw new Error(`A command must be a list: ${json}`);
  return words.map(String);
}

/**
 * What of the context a build gets to see.
 * @param text of a .dockerignore: of the rules that name a path or one of its folders, the last one counts
 * @returns whether a path, relative to the context, is left out
 */
export function readDockerignore(text: string): (name: string) => boolean {
  const rules = text
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const pattern = line.replace(/^!/, "");
      const source = pattern
        .replaceAll(/[.+^$()|[\]{}]/g, String.raw`\$&`)
        .replaceAll(/\*\*\/|\*/g, (star) => (star === "*" ? "[^/]*" : "(?:.*/)?"));
      return { leaveOut: !line.startsWith("!"), names: new RegExp(`^${source}(?:/|$)`) };
    });
  return (name) => rules.findLast((rule) => rule.names.test(name))?.leaveOut ?? false;
}
