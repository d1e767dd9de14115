// Our mounts against those of a container: where the files are, and whether something else hides them.
import type { JsonObject } from "@veltrix/protocol";
import type { ExpectedPod } from "@veltrix/protocol/kubernetes";
import type { Step } from "../managed-fields.ts";
import { compareMembers, type Difference, groupBy, listAt, textAt } from "./pod-findings.ts";

/** A mount of one path of a volume is never renewed. */
const MOUNT_DEFAULTS = { name: undefined, readOnly: false, subPath: undefined, subPathExpr: undefined };

/** Compares every mount of ours. `path`: that of the container. */
export function compareMounts(
  wanted: ExpectedPod["volumeMounts"],
  container: JsonObject,
  found: (difference: Difference) => void,
  path: readonly Step[],
): void {
  const mounts = listAt(container, "volumeMounts");
  const byPath = groupBy(mounts, folderOf);
  const stepTo = (mountPath: string): readonly Step[] => [...path, "volumeMounts", { key: "mountPath", value: mountPath }];
  for (const mount of wanted) {
    const folder = folderOf(mount) ?? "";
    const [only, ...more] = byPath.get(folder) ?? [];
    const { mountPath: _path, ...expected } = mount;
    if (only === undefined) {
      const elsewhere = mounts.find((other) => textAt(other, "name") === textAt(mount, "name"));
      const note = elsewhere === undefined ? {} : { note: `the volume is mounted at ${textAt(elsewhere, "mountPath")}` };
      found({ kind: "missing", path: stepTo(folder), expected, ...note });
    } else if (more.length > 0) {
      const names = [only, ...more].map((each) => textAt(each, "name") ?? "");
      found({
        kind: "changed",
        path: stepTo(folder),
        expected: textAt(mount, "name"),
        actual: names,
        note: "several volumes are mounted here",
      });
    } else compareMembers([mount, only], MOUNT_DEFAULTS, found, stepTo(textAt(only, "mountPath") ?? folder));
    for (const other of mounts) {
      const inside = folderOf(other);
      if (inside === undefined || !inside.startsWith(`${folder}/`) || wanted.some((each) => folderOf(each) === inside)) continue;
      const actual = textAt(other, "name");
      found({ kind: "added", path: stepTo(textAt(other, "mountPath") ?? ""), actual, note: `it hides what is delivered in ${folder}` });
    }
  }
}

/** The folder that a mount stands for, however it is spelled. */
function folderOf(mount: JsonObject): string | undefined {
  const path = textAt(mount, "mountPath");
  if (path === undefined) return undefined;
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return `/${steps.join("/")}`;
}
