// The emitter: seven files a service, in the one generated package.
import { defineEmitter, type Emitter, type GeneratedFile, type Model, type Service } from "@veltrix/compiler";
import { printAccessor } from "./accessor.ts";
import { printDeclarations } from "./declarations.ts";
import { printFingerprints, printSurface } from "./fingerprints.ts";
import { printConfigPage } from "./reference/config-page.ts";
import { printValuesSchema } from "./reference/values-schema.ts";
import { printValidator } from "./validator.ts";

/** Emits the typed accessor, its declarations, the validator, the fingerprints, the surface and the reference of each service. */
export const typescriptEmitter: Emitter = defineEmitter({
  name: "typescript",
  async emit(model, put) {
    for (const service of model.services) for (const file of await emitService(service, model)) put(file);
  },
});

async function emitService(service: Service, model: Model): Promise<readonly GeneratedFile[]> {
  const declarations = await printDeclarations(service);
  const accessor = printAccessor(service);
  const validator = printValidator(service);
  const file = (name: string, contents: string): GeneratedFile => ({ path: `${service.id}/${name}`, contents });
  return [
    file("index.js", accessor),
    file("index.d.ts", declarations.text),
    file("validate.js", validator),
    file("fingerprints.json", printFingerprints(service)),
    file("surface.json", printSurface({ types: declarations.bare, accessor, validator })),
    file("CONFIG.md", printConfigPage(service, model)),
    file("values-files.schema.json", printValuesSchema(service)),
  ];
}
