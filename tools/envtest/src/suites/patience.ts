// How long a test waits for what has to come: on a machine that is busy with other things, everything comes late.
import { vi } from "vitest";

/** For `vi.waitFor` and `vi.waitUntil`. */
export const PATIENCE = { timeout: 60_000, interval: 50 } as const;

// More than one wait of a test may be a long one.
vi.setConfig({ testTimeout: 240_000 });
