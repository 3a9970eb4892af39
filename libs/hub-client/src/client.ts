// What runs anywhere, also in a browser; the rest of the library needs Node.
export { sleep, withDeadline } from './deadline.js';
export type { AuditClient } from './audit-client.js';
export type * from './audit-models.js';
export type { CullingClient } from './culling-client.js';
export type * from './culling-models.js';
export type * from './event-models.js';
export { DeadlineError, describeError, HubApiError, HubUnreachableError } from './errors.js';
export type { CallOptions } from './call.js';
export { HubClient, type ListUsersOptions, type ServerFields } from './hub-client.js';
export type { FollowLogOptions, LogReader, LogsClient } from './logs-client.js';
export type * from './models.js';
export type * from './operations-models.js';
export type { OperationsClient, Subject } from './operations-client.js';
export type { Page } from './paging.js';
export type * from './share-models.js';
export type { ListSharesOptions, SharesClient } from './shares-client.js';
export { quoteName, serverPath, userPath } from './names.js';
export type { TransportOptions } from './transport.js';
