/** A Chromium that runs on this machine: CHROMIUM_PATH, the packaged one, or an installed one; undefined where none does. */
export function findChromium(): Promise<string | undefined>;
/** Path of a Chromium that runs on this machine. Rejects where none does. */
export function chromiumPath(): Promise<string>;
