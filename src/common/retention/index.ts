export { forgetAlongKey } from './forget-along-key.js';
export { Retention, toForgotten, type ForgetPage, type Forgotten, type RetentionRule } from './retention.js';
export { RetentionModule } from './retention.module.js';
