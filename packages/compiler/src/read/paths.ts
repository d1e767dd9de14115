// Where the files of a workspace are.

export const SCHEMAS = "schemas";
export const SETTINGS_FILE: string = `${SCHEMAS}/veltrix.yaml`;
/** Differences that somebody knows of: `veltrix drift` reads it, no build does. */
export const ACKNOWLEDGED_FILE: string = `${SCHEMAS}/acknowledged.yaml`;
