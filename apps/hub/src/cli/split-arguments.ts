/** `--Class.trait=value`, taken apart. */
export interface TraitArgument {
  className: string;
  trait: string;
  text: string;
}

/** Arguments that set traits, and all others. */
export interface SplitArguments {
  traits: TraitArgument[];
  others: string[];
}

const TRAIT = /^--([A-Za-z]\w*)\.(\w+)(?:=(.*))?$/s;

/** Picks `--Class.trait=value` and `--Class.trait value` out of the arguments; what follows `--` is left alone. */
export function splitArguments(args: readonly string[]): SplitArguments {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const traits: TraitArgument[] = [];
  const others: string[] = [];
  for (let index = 0; index < end; index++) {
    const [, className, trait, text] = TRAIT.exec(args[index]!) ?? [];
    if (className === undefined || trait === undefined) others.push(args[index]!);
    else traits.push({ className, trait, text: text ?? (index + 1 < end ? args[++index]! : '') });
  }
  return { traits, others: [...followed(others), ...args.slice(end)] };
}

/** Behind `services logs`, `-f` is to follow, as everywhere else; before it, the file of the config. */
function followed(args: readonly string[]): string[] {
  const logs = args.findIndex((word, index) => word === 'logs' && args[index - 1] === 'services');
  return args.map((word, index) => (word === '-f' && logs >= 0 && index > logs ? '--follow' : word));
}
