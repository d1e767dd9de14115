// validate.js: what a delivered config, and each secret, must obey. Rules as data, and nothing that runs: the engine that
// reads them is the runtime's, and the same that the build judges by.
import type { Service } from "@veltrix/compiler";
import { rulesOf } from "@veltrix/compiler/validate";
import { ascii, HEADER } from "./text.ts";

/** The text of validate.js. */
export function printValidator(service: Service): string {
  return `${HEADER}export const rules = String.raw\`${quoteRaw(rulesOf(service.contract))}\`;\n`;
}

/** JSON as it stands in a raw template: nothing in it may end the template, open an expression in it or hide. */
function quoteRaw(json: string): string {
  return ascii(json).replaceAll("`", "\\u0060").replaceAll("${", "\\u0024{");
}
