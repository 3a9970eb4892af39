import type { Logger } from '@nestjs/common';
import { API_LEVEL } from '../version.js';

/** Tells the operator when a server was made for another major version of the API than the hub's. */
export function warnAboutVersion(log: Logger, server: string, header: string | string[] | undefined): void {
  const theirs = Array.isArray(header) ? header[0] : header;
  if (!theirs) log.warn(`Single-user server has no version header, for ${server}: it may not be a JupyterHub server`);
  else if (majorOf(theirs) !== majorOf(API_LEVEL)) log.warn(`The server of ${server} is of JupyterHub ${theirs}, the hub of ${API_LEVEL}`);
}

const majorOf = (version: string): string => version.split('.')[0]!;
