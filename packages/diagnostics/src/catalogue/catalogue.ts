// Every problem that Veltrix can report. Numbers are permanent: a code is never given a second meaning.
import { delivery } from "./delivery.ts";
import { cluster } from "./cluster.ts";
import { dependencies } from "./dependencies.ts";
import { emitting } from "./emitting.ts";
import { project } from "./project.ts";
import { reading } from "./reading.ts";
import { runtime } from "./runtime.ts";
import { values } from "./values.ts";

export const catalogue = { ...reading, ...values, ...dependencies, ...delivery, ...emitting, ...runtime, ...cluster, ...project };

export type Catalogue = typeof catalogue;
export type Code = keyof Catalogue;
/** What must be said when `C` is reported. */
export type ParamsOf<C extends Code> = Parameters<Catalogue[C]["render"]>[0];

/** True when `text` is a code of the catalogue. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(catalogue, text);
}
