import { printProblem, type Problem } from '../config/setting.js';

const COLOURS = { red: 31, yellow: 33, green: 32, bold: 1 };

/** Colours `text` when the stream is a terminal and nobody asked for none (https://no-color.org). */
export function coloured(colour: keyof typeof COLOURS, text: string, stream: NodeJS.WriteStream): string {
  return stream.isTTY && !process.env['NO_COLOR'] ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

/** Writes what went wrong to standard error. */
export function printError(message: string): void {
  const { stderr } = process;
  stderr.write(`${coloured('red', 'elara:', stderr)} ${message}\n`);
}

/** Writes what is worth knowing to standard error, one line each. */
export function printWarnings(warnings: readonly Problem[]): void {
  const { stderr } = process;
  for (const warning of warnings) stderr.write(`${coloured('yellow', 'warning:', stderr)} ${printProblem(warning)}\n`);
}
