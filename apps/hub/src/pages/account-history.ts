import type { AuditModel } from '../audit/audit.model.js';

/** What the page says of each action; of one that is not here, its code. */
const DONE: Readonly<Record<string, string>> = {
  login: 'Logged in',
  logout: 'Logged out',
  read: 'Looked at it',
  'server.start': 'Started a server',
  'server.stop': 'Stopped a server',
  'server.create': 'Made a server',
  'server.change': 'Changed a server',
  'server.access': 'Asked for access to the servers',
  'server.warn': 'Announced that a server will be stopped',
  'server.unwarn': 'Took an announcement back',
  'activity.report': 'Reported that a server is used',
  'token.create': 'Made a token',
  'token.revoke': 'Revoked a token',
  'oauth.consent': 'Let an application in',
  'oauth.token': 'Gave an application its token',
  'share.grant': 'Shared a server',
  'share.revoke': 'Ended a share',
  'share.accept': 'Accepted a share',
  'share.leave': 'Left a shared server',
  'share-code.create': 'Made a link that shares a server',
  'share-code.revoke': 'Revoked links that share a server',
  'login.first-step': 'Gave the right password, and was asked for a code',
  'account.sign-up': 'Signed up',
  'account.approve': 'Approved the account',
  'account.remove': 'Removed the password',
  'account.password': 'Set a new password',
  'account.two-factor-begin': 'Began to set up one-time codes',
  'account.two-factor-on': 'Switched one-time codes on',
  'account.two-factor-off': 'Switched one-time codes off',
  'account.recovery-codes': 'Made new recovery codes',
  'user.create': 'Made the account',
  'user.change': 'Changed the account',
  'user.delete': 'Deleted the account',
};

/** One line of the page. */
export interface HistoryLine {
  time: string;
  what: string;
  who: string;
  /** About which server, token or group; '' when it is the account itself. */
  about: string;
  /** The address, and the token or session; '' for what others did. */
  from: string;
  outcome: AuditModel['outcome'];
  reason: string;
}

/** A record of the audit in words for the person it concerns. */
export function historyLine({ time, action, actor, target, address, via, on_behalf_of, outcome, reason }: AuditModel, name: string): HistoryLine {
  return {
    time,
    what: DONE[action] ?? action,
    who: whoOf(actor, on_behalf_of, name),
    about: target === null || (target.kind === 'user' && target.name === name) ? '' : aboutOf(target, name),
    from: [address, via].filter(Boolean).join(', '),
    outcome,
    reason: reason ?? '',
  };
}

function whoOf({ kind, name }: AuditModel['actor'], behalf: string | null, own: string): string {
  if (kind === 'user') return name === own ? 'you' : name;
  if (kind === 'anonymous' || kind === 'unknown') return 'somebody who was not logged in';
  if (kind === 'hub') return 'the hub';
  return behalf === own ? `${kind} ${name}, for you` : `${kind} ${name}`;
}

function aboutOf({ kind, name }: NonNullable<AuditModel['target']>, own: string): string {
  if (kind !== 'server') return `${kind} ${name}`;
  const [owner, ...rest] = name.split('/');
  const server = rest.join('/') || 'default server';
  return owner === own ? server : `${server} of ${owner}`;
}
