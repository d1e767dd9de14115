// `workloads` of schemas/veltrix.yaml: a list of globs, or an object with what else has to be said.
import type { WorkloadSettings } from "../model.ts";
import { isRawObject, type RawObject, type RawValue } from "./document.ts";
import { findGlobFault } from "./glob.ts";

/** What the settings' reader lends. */
export interface SettingsHelp {
  readonly problem: (pointer: string, detail: string, hint: string) => void;
  /** The value as an object of no other keys than `known`. */
  readonly object: (value: RawValue, pointer: string, known: readonly string[]) => RawObject;
}

const NONE: WorkloadSettings = { files: [], external: [] };
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The setting; a fault is noted, and what is returned then is not used. */
export function readWorkloadSettings(value: RawValue | undefined, help: SettingsHelp): WorkloadSettings {
  if (value === undefined) return NONE;
  if (!isRawObject(value)) return { ...NONE, files: globs(value, "/workloads", help) };
  const body = help.object(value, "/workloads", ["files", "external"]);
  const external = texts(body["external"] ?? []);
  if (external === undefined || external.some((name) => !OBJECT_NAME.test(name)))
    help.problem("/workloads/external", "external is not a list of names of ConfigMaps and Secrets", "write `external: [cluster-ca]`");
  return { files: globs(body["files"], "/workloads/files", help), external: external ?? [] };
}

function globs(value: RawValue | undefined, pointer: string, help: SettingsHelp): readonly string[] {
  const patterns = texts(value);
  if (patterns === undefined || patterns.length === 0) {
    help.problem(pointer, "workloads names no manifests", 'write `workloads: ["deploy/**/*.yaml"]`');
    return [];
  }
  patterns.forEach((pattern, index) => {
    const fault = findGlobFault(pattern);
    if (fault !== undefined)
      help.problem(
        `${pointer}/${index}`,
        `\`${pattern}\` cannot be used: ${fault}`,
        "write a glob below the workspace: `deploy/**/*.yaml`",
      );
  });
  return patterns;
}

function texts(value: RawValue | undefined): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  return items.every((item) => typeof item === "string") ? items : undefined;
}
