const PREFIX = '/media/';

/** The path that a picture is served at. */
export const toImagePath = (sha256: string | null): string | null => (sha256 === null ? null : `${PREFIX}${sha256}`);

/** @param path `/media/<sha256>`, as validated at the edge */
export const toImageSha256 = (path: string | null): string | null => (path === null ? null : path.slice(PREFIX.length));
