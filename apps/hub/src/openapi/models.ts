import { z } from 'zod';
import { auditPageSchema, auditRecordSchema } from '../audit/audit.schema.js';
import * as culling from '../culling/culling.schema.js';
import { hubEventSchema } from '../events/events.schema.js';
import { explanationSchema } from '../explain/explanation.schema.js';
import { groupPropertiesSchema, groupSchema } from '../groups/group.schema.js';
import { errorSchema, logSchema, paginationSchema } from '../http/wire.schema.js';
import { configSchema, infoSchema, versionSchema } from '../info/info.schema.js';
import { nativeAccountSchema } from '../native-accounts/native-account.schema.js';
import { confirmationSchema, oauthErrorSchema, oauthTokenRequestSchema, oauthTokenSchema } from '../oauth2/oauth.schema.js';
import { reloadReportSchema } from '../lifecycle/reload.schema.js';
import { overviewSchema } from '../overview/overview.schema.js';
import { proxyChangeSchema, proxyRouteSchema } from '../proxy/proxy.schema.js';
import * as servers from '../servers/server.schema.js';
import { serviceSchema } from '../services/service.schema.js';
import * as shares from '../shares/share.schema.js';
import { shutdownAnswerSchema, shutdownRequestSchema } from '../shutdown/shutdown.schema.js';
import { newTokenSchema, tokenListSchema, tokenRequestSchema, tokenSchema } from '../tokens/token.schema.js';
import { requestIdentitySchema, tokenOwnerSchema, userSchema } from '../users/user.schema.js';

/** The models of the API by the names that routes call them by. */
export const MODELS = {
  Error: errorSchema,
  Pagination: paginationSchema,
  Log: logSchema,
  Version: versionSchema,
  Info: infoSchema,
  ConfigInForce: configSchema,
  Overview: overviewSchema,
  User: userSchema,
  TokenOwner: tokenOwnerSchema,
  RequestIdentity: requestIdentitySchema,
  Failure: servers.failureSchema,
  Server: servers.serverSchema,
  Orphan: servers.orphanSchema,
  ServerRequest: servers.serverRequestSchema,
  ServerChange: servers.serverChangeSchema,
  StopRequest: servers.stopRequestSchema,
  ProgressEvent: servers.progressEventSchema,
  ActivityReport: servers.activityReportSchema,
  ServerActivity: culling.serverActivitySchema,
  CullWarning: culling.cullWarningSchema,
  CullWarningRequest: culling.cullWarningRequestSchema,
  CullerReport: culling.cullerReportSchema,
  Cullers: culling.cullersSchema,
  Token: tokenSchema,
  NewToken: newTokenSchema,
  TokenList: tokenListSchema,
  TokenRequest: tokenRequestSchema,
  Group: groupSchema,
  GroupProperties: groupPropertiesSchema,
  Service: serviceSchema,
  SharedServer: shares.sharedServerSchema,
  Share: shares.shareSchema,
  RemainingShare: shares.remainingShareSchema,
  ShareCode: shares.shareCodeSchema,
  NewShareCode: shares.newShareCodeSchema,
  ProxyRoute: proxyRouteSchema,
  ProxyChange: proxyChangeSchema,
  ShutdownRequest: shutdownRequestSchema,
  ShutdownAnswer: shutdownAnswerSchema,
  ReloadReport: reloadReportSchema,
  HubEvent: hubEventSchema,
  AuditPage: auditPageSchema,
  AuditRecord: auditRecordSchema,
  Explanation: explanationSchema,
  NativeAccount: nativeAccountSchema,
  OAuthTokenRequest: oauthTokenRequestSchema,
  OAuthToken: oauthTokenSchema,
  OAuthError: oauthErrorSchema,
  Confirmation: confirmationSchema,
  Document: z.record(z.string(), z.unknown()),
} as const;
