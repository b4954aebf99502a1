/** Where uploaded pictures are served. */
export const IMAGE_FOLDER = '/media/';
export const IMAGE_PATH = /^\/media\/[0-9a-f]{64}$/;

/** @param sha256 hexadecimal, lower case */
export const toImagePath = (sha256: string): string => `${IMAGE_FOLDER}${sha256}`;

/** @param path as `IMAGE_PATH`, checked at the edge */
export const toImageSha256 = (path: string): string => path.slice(IMAGE_FOLDER.length);
