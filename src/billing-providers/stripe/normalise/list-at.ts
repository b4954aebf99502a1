import { objectAt, objectsAt, type JsonObject } from '../../payload/read-json.js';

/** The elements of one of Stripe's lists (`{ object: 'list', data: [...] }`). */
export const listAt = (object: JsonObject, key: string): readonly JsonObject[] =>
  objectsAt(objectAt(object, key), 'data');
