// What a build that succeeded says of itself.
import { counted } from "../counted.ts";

/** What was built. */
export interface Built {
  readonly services: number;
  readonly environments: number;
  /** Numbers of files. */
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** The line for people. */
export function describeBuild({ services, environments, written, removed, unchanged }: Built): string {
  return `${describeSize({ services, environments })}: ${counted(written, "file")} written, ${removed} removed, ${unchanged} unchanged`;
}

/** The line of `--check`. */
export function describeCheck({ services, environments, unchanged }: Built, folder: string): string {
  return `${describeSize({ services, environments })}: ${folder}/ is up to date (${counted(unchanged, "file")})`;
}

function describeSize({ services, environments }: Pick<Built, "services" | "environments">): string {
  return `${counted(services, "service")}, ${counted(environments, "environment")}`;
}
