export { duration, freshness, type Freshness, type ServerFacts, type Signals } from './facts.js';
export { type CullPolicy, idleLimit } from './policy.js';
export { judgeServer, type Verdict, type VerdictCode } from './verdict.js';
