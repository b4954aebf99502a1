export { ApplicationError, type FieldError } from './application-error.js';
export { ERRORS, type ErrorCode } from './catalogue.js';
