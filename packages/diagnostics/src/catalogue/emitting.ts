// VX40xx: output that Kubernetes or a shell would refuse, or that would hide other output.
import { entry } from "./entry.ts";

export const emitting = {
  VX4001: entry(
    "name-clash",
    "error",
    "Two things are rendered under one name.",
    (p: { what: string; name: string; first: string; second: string }) => ({
      message: `${p.first} and ${p.second} are both rendered as the ${p.what} \`${p.name}\``,
      hint: "rename one of the two",
    }),
  ),
  VX4002: entry(
    "illegal-name",
    "error",
    "A name that Kubernetes or a shell refuses.",
    (p: { what: string; name: string; rule: string }) => ({
      message: `\`${p.name}\` cannot be ${p.what}`,
      hint: p.rule,
    }),
  ),
  VX4003: entry(
    "too-large",
    "error",
    "An object is larger than Kubernetes allows.",
    (p: { object: string; bytes: number; limit: number }) => ({
      message: `${p.object} has ${p.bytes} bytes of data; Kubernetes refuses more than ${p.limit}`,
      hint: "keep bulk data out of configuration: mount it from a volume of its own",
    }),
  ),
  VX4004: entry(
    "large-object",
    "warning",
    "An object is too large for client-side apply.",
    (p: { object: string; bytes: number; limit: number; command: string }) => ({
      message: `${p.object} has ${p.bytes} bytes of data; client-side apply refuses annotations over ${p.limit}`,
      hint: `apply it with \`${p.command}\``,
    }),
  ),
};
