// VX70xx: the command line and the project around schemas/. VX90xx: our own bugs.
import { didYouMean, entry, listed, shown, withHint } from "./entry.ts";

/** `<name>/<key>` of each secret as the lines of a YAML file to fill in, keys of one Secret below one name. */
function skeletonOf(secrets: readonly string[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const secret of secrets) {
    const slash = secret.indexOf("/");
    const name = secret.slice(0, slash);
    names.set(name, [...(names.get(name) ?? []), secret.slice(slash + 1)]);
  }
  // A name such as `1.10` or `no` is a text only in quotes.
  const quoted = (text: string): string =>
    /^[a-z][\w-]{3,}$/.test(text) && text !== "true" && text !== "false" && text !== "null" ? text : JSON.stringify(text);
  return [...names].flatMap(([name, keys]) => [`${quoted(name)}:`, ...keys.map((key) => `  ${quoted(key)}: ""`)]);
}

/** A value that is another in schemas/ than in generated/. A side that does not have the key is undefined. */
export interface StaleValue {
  readonly service: string;
  readonly environments: readonly string[];
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Generated files that are stale. */
  readonly files: number;
}

function describeStaleValue({ service, environments, pointer, before, after, files }: StaleValue): string {
  const side = (value: unknown): string => (value === undefined ? "not set" : shown(value));
  const stale = files === 1 ? "1 generated file is stale" : `${files} generated files are stale`;
  return `${service} in ${listed(environments)}: ${pointer} is ${side(after)} in schemas/ and ${side(before)} in generated/: ${stale}`;
}

export const project = {
  VX7001: entry("no-workspace", "error", "No workspace was found.", (p: { from: string }) => ({
    message: `no folder from ${p.from} upward holds schemas/veltrix.yaml`,
    hint: "run `veltrix init` in the root of the repository, or name it with --workspace",
  })),
  VX7002: entry(
    "bad-usage",
    "error",
    "A command line that Veltrix does not understand.",
    (p: { detail: string; suggestions: readonly string[] }) => ({
      message: p.detail,
      ...withHint(didYouMean(p.suggestions) ?? "`veltrix --help` lists the commands and their options"),
      suggestions: p.suggestions,
    }),
  ),
  VX7003: entry(
    "stale-generated",
    "error",
    "A generated file is not what the schemas produce.",
    (p: { file: string; detail: string } | StaleValue) => ({
      message: "file" in p ? `${p.file} ${p.detail}` : describeStaleValue(p),
      hint: "run `veltrix build` and commit the result; never edit generated files by hand",
    }),
  ),
  VX7004: entry(
    "orphan-file",
    "error",
    "A file in the generated folder that no schema produces.",
    (p: { file: string; removable: boolean }) => ({
      message: `no schema produces ${p.file}`,
      hint: p.removable
        ? "run `veltrix build`, which removes files that it wrote earlier"
        : "Veltrix did not write it, so it will not remove it: move it elsewhere",
    }),
  ),
  VX7005: entry("output-refused", "error", "A path of the output cannot be written safely.", (p: { file: string; detail: string }) => ({
    message: `${p.file} is not written: ${p.detail}`,
    hint: "remove what is in the way; the generated folder contains only regular files and folders",
  })),
  VX7006: entry(
    "init-conflict",
    "error",
    "A file that `veltrix init` would write already exists.",
    (p: { file: string; detail: string }) => ({
      message: `${p.file} ${p.detail}`,
      hint: "nothing was written; move the file away, or merge its contents by hand",
    }),
  ),
  VX7007: entry(
    "unknown-key-asked",
    "error",
    "A command names a service, key or environment that does not exist.",
    (p: { what: string; name: string; suggestions: readonly string[]; known?: readonly string[]; list?: string }) => ({
      message: `there is no ${p.what} \`${p.name}\``,
      // More names than these are no help.
      ...withHint(
        didYouMean(p.suggestions) ??
          (p.known !== undefined && p.known.length > 0 && p.known.length <= 8
            ? `there is ${listed(p.known.map((known) => `\`${known}\``))}`
            : p.list),
      ),
      suggestions: p.suggestions,
    }),
  ),
  VX7008: entry(
    "missing-local-secret",
    "error",
    "A secret that a local run needs is missing.",
    (p: {
      service: string;
      missing: readonly { readonly pointer: string; readonly secret: string }[];
      file: string;
      isFolder: boolean;
    }) => {
      const secrets = [...new Set(p.missing.map(({ secret }) => secret))];
      const needs = p.missing.map(({ pointer, secret }) => `${secret} (for ${pointer})`);
      return {
        message: `${p.service}: ${p.file} does not have ${secrets.length === 1 ? "the secret" : `${secrets.length} secrets:`} ${listed(needs)}`,
        ...(p.isFolder
          ? {
              hint: `write ${secrets.length === 1 ? "its value" : "each value"} to ${listed(secrets.map((secret) => `${p.file}/${secret}`))}`,
            }
          : {
              hint: `add ${secrets.length === 1 ? "it" : "them"} to ${p.file}, which git ignores, or name a folder of secrets with --secrets:`,
              snippet: skeletonOf(secrets),
            }),
      };
    },
  ),
  VX7009: entry("no-manifest", "error", "An environment without a namespace has no manifests.", (p: { environment: string }) => ({
    message: `${p.environment} has no namespace, so nothing is delivered to a cluster there`,
    hint: `give ${p.environment} a namespace in schemas/veltrix.yaml`,
  })),
  VX7010: entry("command-failed", "error", "A program that Veltrix started could not run.", (p: { command: string; detail: string }) => ({
    message: `\`${p.command}\` did not start: ${p.detail}`,
    hint: "check the name and the PATH",
  })),
  VX7011: entry(
    "unusable-file",
    "error",
    "A file of yours that a command would extend cannot be parsed.",
    (p: { file: string; detail: string }) => ({
      message: `${p.file} ${p.detail}`,
      hint: "nothing was written; correct the file, or move it away",
    }),
  ),
  VX7012: entry(
    "unhealthy-project",
    "error",
    "Something in the project keeps Veltrix from working properly.",
    (p: { detail: string; fix: string }) => ({
      message: p.detail,
      hint: p.fix,
    }),
  ),
  VX7013: entry("unknown-revision", "error", "A git revision that cannot be read.", (p: { revision: string; detail: string }) => ({
    message: `the schemas of \`${p.revision}\` cannot be read: ${p.detail}`,
    hint: "name a commit, branch or tag that this clone has; a shallow clone has only the last commit",
  })),
  VX9001: entry("internal-error", "error", "A bug in Veltrix itself.", (p: { detail: string }) => ({
    message: `Veltrix itself failed: ${p.detail}`,
    hint: "this is a bug in Veltrix, not in your files: please report it with the command and the stack above",
  })),
};
