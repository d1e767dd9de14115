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
export function followReferences(model: Model, config: ResolvedConfig, pointer: string): readonly FollowedReference[] {
  const followed: FollowedReference[] = [];
  let origin = originOf(config, pointer);
  let asked = pointer;
  while (origin?.reference !== undefined) {
    const hash = origin.reference.indexOf("#");
    const id = origin.reference.slice(0, hash);
    // The value asked for may lie inside the object that is referred to.
    asked = origin.reference.slice(hash + 1) + asked.slice(origin.pointer.length);
    const taken = configIn(
      model.services.find((service) => service.id === id),
      config.environment.name,
    );
    origin = originOf(taken, asked);
    followed.push({ service: id, pointer: asked, config: taken, origin });
  }
  return followed;
}
