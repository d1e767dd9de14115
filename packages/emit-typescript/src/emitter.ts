// The emitter: five files a service, in the one generated package.
import { defineEmitter, type Emitter, type GeneratedFile, type Service } from "@veltrix/compiler";
import { printAccessor } from "./accessor.ts";
import { printDeclarations } from "./declarations.ts";
import { printFingerprints, printSurface } from "./fingerprints.ts";
import { printValidator } from "./validator/validator.ts";

/** Emits the typed accessor, its declarations, the validator, the fingerprints and the surface of each service. */
export const typescriptEmitter: Emitter = defineEmitter({
  name: "typescript",
  async emit(model) {
    const files: GeneratedFile[] = [];
    for (const service of model.services) files.push(...(await emitService(service)));
    return { files, diagnostics: [] };
  },
});

async function emitService(service: Service): Promise<readonly GeneratedFile[]> {
  const declarations = await printDeclarations(service);
  const accessor = printAccessor(service);
  const validator = await printValidator(service);
  const file = (name: string, contents: string): GeneratedFile => ({ path: `${service.id}/${name}`, contents });
  return [
    file("index.js", accessor),
    file("index.d.ts", declarations.text),
    file("validate.js", validator),
    file("fingerprints.json", printFingerprints(service)),
    file("surface.json", printSurface({ types: declarations.bare, accessor, validator })),
  ];
}
