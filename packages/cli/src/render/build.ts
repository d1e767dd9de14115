// What a build that succeeded says of itself.
import type { BuildSize } from "@veltrix/compiler/incremental";
import { countNoun } from "./count-noun.ts";

/** The line for people. */
export function describeBuild({ services, environments, written, removed, unchanged }: BuildSize): string {
  return `${describeSize({ services, environments })}: ${countNoun(written, "file")} written, ${removed} removed, ${unchanged} unchanged`;
}

/** The line of `--check`. */
export function describeCheck({ services, environments, unchanged }: BuildSize, folder: string): string {
  return `${describeSize({ services, environments })}: ${folder}/ is up to date (${countNoun(unchanged, "file")})`;
}

function describeSize({ services, environments }: Pick<BuildSize, "services" | "environments">): string {
  return `${countNoun(services, "service")}, ${countNoun(environments, "environment")}`;
}
