/** Path of a Chromium that comes with the packages; unpacked at the first call. */
export function chromiumPath(cache?: string): Promise<string>;
