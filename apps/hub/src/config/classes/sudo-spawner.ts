import { list, text } from '../traits.js';

/** `SudoSpawner.*`: servers as processes of people's own accounts, for a hub that is not root (reference hub-behaviour 4.10). */
export const sudoSpawnerTraits = {
  sudospawner_path: text('', "The helper that sudo runs as the person: an absolute path; unless set, Elara's own, bin/elara-sudospawner."),
  sudo_args: list(['-nH'], 'Options of sudo.'),
  mediator_log_level: text('INFO', 'How much the helper writes to the log of the server: DEBUG, INFO, WARNING or ERROR.'),
};
