import { z } from 'zod';
import { flag, list, text } from '../traits.js';

const optionalList = (help: string) => z.array(z.string()).nullable().default(null).describe(help);

const optionalText = (help: string) => z.string().nullable().default(null).describe(help);

/** What systemd reads as a boolean. */
const yesOrNo = z.boolean().transform((value) => (value ? 'yes' : 'no'));

const propertyValue = z.union([z.string(), z.number().transform(String), yesOrNo, z.array(z.string())]);

/** `SystemdSpawner.*`: servers as units of systemd (reference hub-behaviour 4.9). {USERNAME} and {USERID} are replaced in all texts. */
export const systemdSpawnerTraits = {
  user_workingdir: optionalText("Folder in which a server starts; unless set, the home of the account. {USERNAME} and {USERID} are replaced."),
  username_template: text('{USERNAME}', 'Account of the machine under which a server runs.'),
  default_shell: text('/bin/bash', 'Shell of terminals in a server.'),
  extra_paths: list([], 'Folders that come first in the PATH of a server.'),
  unit_name_template: z
    .string()
    .regex(/\{USER(NAME|ID)\}/, 'expected {USERNAME} or {USERID} in it: two people cannot have one unit')
    .default('jupyter-{USERNAME}-singleuser')
    .describe("Name of a server's unit. Names that systemd does not take, and named servers, get an ending of their own."),
  isolate_tmp: flag(false, 'A /tmp for each server alone.'),
  isolate_devices: flag(false, 'A /dev with the harmless devices only.'),
  disable_user_sudo: flag(true, 'Nobody becomes root, or anybody else, from inside a server.'),
  readonly_paths: optionalList('Folders that a server cannot write to.'),
  readwrite_paths: optionalList('Folders below readonly_paths that it can write to.'),
  unit_extra_properties: z
    .record(z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'expected a property of systemd such as MemoryHigh'), propertyValue)
    .default({})
    .describe('Further properties of the unit, as in systemd.exec and systemd.resource-control: {MemoryHigh: 1G}. They win over all others.'),
  dynamic_users: flag(false, 'An account for each server that is there only while it runs, with its home below /var/lib.'),
  slice: optionalText('Slice that the units are in.'),
};
