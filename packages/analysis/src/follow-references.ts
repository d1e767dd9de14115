// From reference to reference, to whoever writes the value itself.
import { type Model, type Origin, originOf, type ResolvedConfig } from "@veltrix/compiler";
import { configIn } from "./service-config.ts";

/** One reference that was followed: the key that it names, and where that one's value comes from. */
export interface FollowedReference {
  readonly service: string;
  readonly pointer: string;
  /** Undefined where the model has no such service. */
  readonly config: ResolvedConfig | undefined;
  readonly origin: Origin | undefined;
}

/** Every reference between the key at `pointer` and the value, nearest first. A model has no cycles. */
export function followReferences(model: Model, start: ResolvedConfig, pointer: string): readonly FollowedReference[] {
  const followed: FollowedReference[] = [];
  const { name } = start.environment;
  let origin = originOf(start, pointer);
  let asked = pointer;
  for (let taken = referenceOf(origin); taken !== undefined; taken = referenceOf(origin)) {
    const hash = taken.reference.indexOf("#");
    const id = taken.reference.slice(0, hash);
    // The value asked for may lie inside the object that is referred to.
    asked = taken.reference.slice(hash + 1) + asked.slice(taken.pointer.length);
    const config: ResolvedConfig | undefined = configIn(
      model.services.find((service) => service.id === id),
      name,
    );
    origin = originOf(config, asked);
    followed.push({ service: id, pointer: asked, config, origin });
  }
  return followed;
}

/** The reference that a value is taken by, or that an object merges with. */
export function referenceOf(origin: Origin | undefined): { readonly reference: string; readonly pointer: string } | undefined {
  if (origin?.reference !== undefined) return { reference: origin.reference, pointer: origin.pointer };
  return origin?.over;
}
