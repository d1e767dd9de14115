// turbo and the generated package: a glob that matches nothing never rebuilds anything, and says nothing about it.
import type { Outputs } from "@veltrix/compiler";
import type { LookingHost } from "./looking-host.ts";
import type { CheckResult } from "./check-result.ts";
import type { Package } from "./packages.ts";

/** The version whose `dependencyOutputs` were measured. In others they may mean something else. */
const TURBO_VERSION = "2.11.11";

/** What the checks look at. */
export interface TurboInput {
  readonly host: LookingHost;
  readonly packages: readonly Package[];
  readonly outputs: Pick<Outputs, "package" | "folder">;
}

/** Checks packages that depend on the generated one, and the version of turbo where any of them narrows. */
export function checkTurbo(input: TurboInput): readonly CheckResult[] {
  const { packages, outputs } = input;
  const narrowing = packages.filter(({ globs }) => globs !== undefined);
  return [checkVersion(packages, narrowing), checkImports(packages, outputs), ...checkGlobs(input, narrowing)].flat();
}

function checkVersion(packages: readonly Package[], narrowing: readonly Package[]): readonly CheckResult[] {
  const check = "turbo version";
  if (narrowing.length === 0) return [{ kind: "skipped", check, detail: "no package narrows its inputs by dependencyOutputs" }];
  const asked = packages.find(({ folder }) => folder === "")?.dependencies["turbo"];
  if (asked === TURBO_VERSION) return [{ kind: "ok", check, detail: `exactly ${TURBO_VERSION}` }];
  const detail = `${narrowing.length} packages narrow their inputs by dependencyOutputs, and turbo is ${asked === undefined ? "not in package.json of the root" : `asked for as ${asked}`}`;
  return [
    {
      kind: "wrong",
      check,
      detail,
      fix: `write "turbo": "${TURBO_VERSION}", without a range, or remove dependencyOutputs from every turbo.json`,
      file: "package.json",
    },
  ];
}

function checkImports(packages: readonly Package[], outputs: Pick<Outputs, "package">): readonly CheckResult[] {
  const check = "dependencies";
  const wrong = packages.filter(({ services, dependencies }) => services.length > 0 && dependencies[outputs.package] === undefined);
  if (wrong.length === 0) return [{ kind: "ok", check, detail: `every package that imports ${outputs.package} depends on it` }];
  return wrong.map(({ folder }) => ({
    kind: "wrong",
    check,
    detail: `${folder} imports ${outputs.package} and does not depend on it, so it is built before it`,
    fix: `add "${outputs.package}": "workspace:*" to its dependencies`,
    file: `${folder}/package.json`,
  }));
}

function checkGlobs({ host, packages, outputs }: TurboInput, narrowing: readonly Package[]): readonly CheckResult[] {
  const check = "narrowing";
  const readers = narrowing.filter(({ dependencies }) => dependencies[outputs.package] !== undefined);
  const generated = pathsBelow(host, outputs.folder);
  const wrong = readers.flatMap((reader): readonly CheckResult[] => {
    const file = `${reader.folder}/turbo.json`;
    const globs = reader.globs ?? [];
    const elsewhere = foldersOf(host, reader, packages);
    const dead = globs.filter((glob) => !matchesAny(glob, generated) && !elsewhere.has(glob.split("/", 1)[0] ?? ""));
    const missed = reader.services.filter((id) => !globs.some((glob) => toPattern(glob).test(`${id}/surface.json`)));
    return [
      ...dead.map((glob): CheckResult => ({
        kind: "wrong",
        check,
        detail: `the glob ${glob} of ${file} matches no generated file, so nothing it stands for ever rebuilds`,
        fix: `name a file below ${outputs.folder}/, such as <service>/surface.json`,
        file,
      })),
      ...missed.map((id): CheckResult => ({
        kind: "wrong",
        check,
        detail: `${reader.folder} imports ${outputs.package}/${id}, and its turbo.json does not listen to it`,
        fix: `add "${id}/surface.json" to the globs of dependencyOutputs`,
        file,
      })),
    ];
  });
  if (wrong.length > 0) return wrong;
  return readers.length === 0 ? [] : [{ kind: "ok", check, detail: `every glob of ${readers.length} packages matches a generated file` }];
}

/** First folders that outputs of its other dependencies may have: `dist` is often not compiled yet, so its files are not asked for. */
function foldersOf(host: LookingHost, { dependencies }: Package, packages: readonly Package[]): ReadonlySet<string> {
  const folders = packages
    .filter(({ name }) => name !== undefined && dependencies[name] !== undefined)
    .flatMap(({ folder }) => host.entriesIn(folder));
  return new Set(["dist", ...folders.filter(({ kind }) => kind === "folder").map(({ name }) => name)]);
}

function matchesAny(glob: string, paths: readonly string[]): boolean {
  const pattern = toPattern(glob);
  return paths.some((path) => pattern.test(path));
}

/** As turbo reads its globs: `*` within a name, `**` over folders, `{a,b}`. */
function toPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[.+^$()|[\]\\]|\{|\}|,/g, (token) => {
    const known: { readonly [token: string]: string } = {
      "**/": "(?:.+/)?",
      "**": ".*",
      "*": "[^/]*",
      "?": "[^/]",
      "{": "(?:",
      "}": ")",
      ",": glob.includes("{") ? "|" : ",",
    };
    return known[token] ?? `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}

function pathsBelow(host: LookingHost, folder: string, below = ""): readonly string[] {
  return host.entriesIn(below === "" ? folder : `${folder}/${below}`).flatMap(({ name, kind }) => {
    const path = below === "" ? name : `${below}/${name}`;
    if (name === "node_modules" || name === ".turbo") return [];
    return kind === "folder" ? pathsBelow(host, folder, path) : [path];
  });
}
