export { createAdapter, type RouteSettings } from './adapter.js';
export { ApiProblems, ProblemDto } from './api-problems.js';
export { useOwnBodyParser } from './body-parser.js';
export { computeLanguage } from './language.js';
export { ProblemFilter } from './problem.filter.js';
export { createValidationPipe, StorableTextPipe } from './validation.js';
