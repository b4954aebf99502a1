export { createAdapter, type RouteSettings } from './adapter.js';
export { ApiProblems } from './api-problems.js';
export { useOwnBodyParser } from './body-parser.js';
export { CallerLanguage, useCallerLanguage } from './caller-language.decorator.js';
export { DEFAULT_PAGE_LIMIT, PageLimit } from './page-limit.decorator.js';
export { ProblemFilter } from './problem.filter.js';
export { checkReturnUrl } from './return-url.js';
export { IfGiven, IsForeignId, IsText } from './text.decorator.js';
export { createValidationPipe, StorableTextPipe } from './validation.js';
