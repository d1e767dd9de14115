// The files of a mount, or the reasons why they cannot be judged.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import type { Mount } from "@veltrix/analysis/drift";
import type { ConfigProblem } from "@veltrix/protocol";
import { readDelivered } from "@veltrix/runtime";

/** Files that could be read and parsed. */
export interface FoundMount extends Mount {
  readonly dir: string;
  readonly configText: string;
}

export type MountReading =
  | { readonly kind: "mount"; readonly mount: FoundMount }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/** What the caller says the mount must be. */
export interface Expected {
  readonly service: string | undefined;
  readonly environment: string | undefined;
}

/** Reads `dir`, an absolute path. */
export async function readMount(dir: string, expected: Expected): Promise<MountReading> {
  const files = await readDelivered(dir);
  if (files.kind === "refused") return { kind: "refused", diagnostics: files.problems.map((problem) => describe(problem, dir)) };
  const { configText, value, hashes } = files;
  const wrong = (["service", "environment"] as const).flatMap((what): readonly ConfigProblem[] => {
    const wanted = expected[what];
    if (wanted === undefined || wanted === hashes[what]) return [];
    const hint = `name the folder of ${what} ${wanted}, or ask for ${hashes[what]}`;
    return [{ code: "VX5004", pointer: "", message: `${dir} is the configuration of ${what} ${hashes[what]}, not of ${wanted}`, hint }];
  });
  if (wrong.length > 0) return { kind: "refused", diagnostics: wrong.map((problem) => describe(problem, dir)) };
  return { kind: "mount", mount: { dir, configText, value, hashes } };
}

function describe({ code, message, hint, source, pointer }: ConfigProblem, dir: string): Diagnostic {
  const file = source ?? dir;
  return report(
    code,
    { message: source === undefined ? message : `${source} ${message}`, ...(hint === undefined ? {} : { hint }) },
    { at: { file }, key: pointer },
  );
}
