/**
 * Who may use which route: the scopes of which one is needed on what the path names, `any form of` them for lists that show only the
 * rows they cover, `caller` for any known token or session, `login` for pages. Reference: REST API, section 1.
 */
export const ACCESS_RULES = `
GET    /hub/accept-share  login
POST   /hub/accept-share  login
GET    /hub/admin  login admin-ui
GET    /hub/admin/*  login admin-ui
GET    /hub/api/audit  read:audit
GET    /hub/api/authorizations/cookie/:name  caller
GET    /hub/api/authorizations/cookie/:name/:value  caller
GET    /hub/api/authorizations/token/:token  caller
GET    /hub/api/culling  read:hub
PUT    /hub/api/culling  delete:servers
GET    /hub/api/config  admin-ui
GET    /hub/api/events  any form of read:servers read:services list:users list:groups admin:users
GET    /hub/api/explain  admin:users
GET    /hub/api/groups  any form of list:groups
POST   /hub/api/groups  admin:groups
DELETE /hub/api/groups/:group  delete:groups
GET    /hub/api/groups/:group  read:groups read:groups:name read:roles:groups
POST   /hub/api/groups/:group  admin:groups
PUT    /hub/api/groups/:group/properties  groups
GET    /hub/api/groups/:group/shared  read:groups:shares
DELETE /hub/api/groups/:group/shared/:owner/:server  groups:shares
GET    /hub/api/groups/:group/shared/:owner/:server  read:groups:shares
DELETE /hub/api/groups/:group/shared/:owner/server/default  groups:shares
GET    /hub/api/groups/:group/shared/:owner/server/default  read:groups:shares
DELETE /hub/api/groups/:group/users  groups
POST   /hub/api/groups/:group/users  groups
GET    /hub/api/info  read:hub
GET    /hub/api/metrics  any form of read:metrics
GET    /hub/api/native/accounts  admin:users
DELETE /hub/api/native/accounts/:user  admin:users
GET    /hub/api/native/accounts/:user  admin:users
POST   /hub/api/native/accounts/:user/approve  admin:users
POST   /hub/api/native/accounts/:user/password  admin:users
DELETE /hub/api/native/accounts/:user/two-factor  admin:users
GET    /hub/api/oauth2/authorize  login
POST   /hub/api/oauth2/authorize  login
GET    /hub/api/overview  admin-ui
GET    /hub/api/orphans  admin:server_state
GET    /hub/api/proxy  proxy
PATCH  /hub/api/proxy  proxy
POST   /hub/api/proxy  proxy
POST   /hub/api/reload  shutdown
GET    /hub/api/services  any form of list:services
DELETE /hub/api/services/:service  admin:services
GET    /hub/api/services/:service  read:services read:services:name read:roles:services
GET    /hub/api/services/:service/logs  read:services:logs
POST   /hub/api/services/:service  admin:services
POST   /hub/api/services/:service/restart  admin:services
POST   /hub/api/services/:service/run  admin:services
POST   /hub/api/services/:service/start  admin:services
POST   /hub/api/services/:service/stop  admin:services
GET    /hub/api/share-codes/:user  read:shares
DELETE /hub/api/share-codes/:user/:server  shares
GET    /hub/api/share-codes/:user/:server  read:shares
POST   /hub/api/share-codes/:user/:server  shares
DELETE /hub/api/share-codes/:user/server/default  shares
GET    /hub/api/share-codes/:user/server/default  read:shares
POST   /hub/api/share-codes/:user/server/default  shares
GET    /hub/api/shares/:user  read:shares
DELETE /hub/api/shares/:user/:server  shares
GET    /hub/api/shares/:user/:server  read:shares
PATCH  /hub/api/shares/:user/:server  shares
POST   /hub/api/shares/:user/:server  shares
DELETE /hub/api/shares/:user/server/default  shares
GET    /hub/api/shares/:user/server/default  read:shares
PATCH  /hub/api/shares/:user/server/default  shares
POST   /hub/api/shares/:user/server/default  shares
POST   /hub/api/shutdown  shutdown
GET    /hub/api/user  caller
GET    /hub/api/users  any form of list:users
POST   /hub/api/users  admin:users
DELETE /hub/api/users/:user  delete:users
GET    /hub/api/users/:user  read:users read:users:name read:servers read:users:groups read:users:activity read:roles:users
PATCH  /hub/api/users/:user  admin:users
POST   /hub/api/users/:user  admin:users
POST   /hub/api/users/:user/activity  users:activity
POST   /hub/api/users/:user/admin-access  servers
GET    /hub/api/users/:user/audit  read:audit tokens
DELETE /hub/api/users/:user/server  delete:servers
GET    /hub/api/users/:user/server  read:servers
PATCH  /hub/api/users/:user/server  start:servers
POST   /hub/api/users/:user/server  start:servers
PUT    /hub/api/users/:user/server  start:servers
GET    /hub/api/users/:user/server/logs  read:servers:logs
GET    /hub/api/users/:user/server/activity  read:users:activity
DELETE /hub/api/users/:user/server/cull-warning  delete:servers
PUT    /hub/api/users/:user/server/cull-warning  delete:servers
GET    /hub/api/users/:user/server/progress  read:servers
DELETE /hub/api/users/:user/servers/:server  delete:servers
GET    /hub/api/users/:user/servers/:server  read:servers
PATCH  /hub/api/users/:user/servers/:server  start:servers
POST   /hub/api/users/:user/servers/:server  start:servers
PUT    /hub/api/users/:user/servers/:server  start:servers
GET    /hub/api/users/:user/servers/:server/logs  read:servers:logs
GET    /hub/api/users/:user/servers/:server/activity  read:users:activity
DELETE /hub/api/users/:user/servers/:server/cull-warning  delete:servers
PUT    /hub/api/users/:user/servers/:server/cull-warning  delete:servers
GET    /hub/api/users/:user/servers/:server/progress  read:servers
GET    /hub/api/users/:user/shared  read:users:shares
DELETE /hub/api/users/:user/shared/:owner/:server  users:shares
GET    /hub/api/users/:user/shared/:owner/:server  read:users:shares
DELETE /hub/api/users/:user/shared/:owner/server/default  users:shares
GET    /hub/api/users/:user/shared/:owner/server/default  read:users:shares
GET    /hub/api/users/:user/tokens  read:tokens
DELETE /hub/api/users/:user/tokens/:token  tokens
GET    /hub/api/users/:user/tokens/:token  read:tokens
GET    /hub/change-password  login
POST   /hub/change-password  login
GET    /hub/home  login
GET    /hub/history  login
GET    /hub/metrics  any form of read:metrics
GET    /hub/rest-api  login
POST   /hub/security/csp-report  login
GET    /hub/spawn  login
POST   /hub/spawn  login
GET    /hub/spawn-pending/:user  login
GET    /hub/spawn-pending/:user/:server  login
GET    /hub/spawn/:user  login
POST   /hub/spawn/:user  login
GET    /hub/spawn/:user/:server  login
POST   /hub/spawn/:user/:server  login
GET    /hub/token  login
GET    /hub/two-factor  login
POST   /hub/two-factor  login
POST   /hub/two-factor/confirm  login
POST   /hub/two-factor/disable  login
POST   /hub/two-factor/recovery-codes  login
GET    /hub/user-redirect/*  login
GET    /hub/user/:user  login
GET    /hub/user/:user/*  login
`;
