export { ApplicationError, type FieldError } from './application-error.js';
export { checkCursor } from './page-cursor.js';
export { ERRORS, type ErrorCode } from './catalogue.js';
