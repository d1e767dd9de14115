// VX7007 for a key: the nearest pointers, and those that end in the same name.
import type { ServiceConfig } from "@veltrix/analysis";
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";
import { lastToken, leavesOf } from "@veltrix/protocol";

/** Says that the service has no key at `pointer`. */
export function unknownKey({ service, config }: ServiceConfig, pointer: string): Diagnostic {
  const known = new Set([...service.contract.keys.map((key) => key.pointer), ...leavesOf(config.value).map((leaf) => leaf.pointer)]);
  const name = lastToken(pointer);
  const sameName = [...known].filter((candidate) => lastToken(candidate) === name);
  const suggestions = [...new Set([...suggest(pointer, known), ...sameName])].slice(0, 3);
  // What to ask instead, where no name is near.
  const list = `\`veltrix why ${service.id}#/ --env ${config.environment.name}\` lists its keys`;
  const params = {
    what: `key of ${service.id}`,
    name: pointer,
    suggestions: suggestions.map((candidate) => `${service.id}#${candidate}`),
    list,
  };
  return report("VX7007", params, { at: { file: "command line" }, service: service.id });
}
