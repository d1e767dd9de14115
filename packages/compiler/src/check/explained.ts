// What is explained, and what comes of it: read by every file that words one rule.
import type { Wording } from "../drafts.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";
import type { SchemaViolation } from "../validate/interpreter.ts";
import type { ReferenceContracts } from "./references.ts";

/** A violation in one service and environment. */
export interface ViolationContext {
  readonly service: ResolvedService;
  readonly values: ResolvedValues;
  readonly violation: SchemaViolation;
  /** True when the violation is the same in every environment: then base.yaml is where to look. */
  readonly isEverywhere: boolean;
  readonly references: ReferenceContracts;
}

/** An explained violation: `identity` is the same for the same problem in another environment, or of another key. */
export interface Explained {
  readonly identity: readonly string[];
  /** The key, where several can have this problem in common. */
  readonly name?: string;
  readonly word: Wording;
}
