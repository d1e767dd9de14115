// What `veltrix patch` takes: a module of its own, since a build needs none of it.
export { type Patched, type PatchedWorkload, patchStream, type PatchRequest } from "./patch.ts";
