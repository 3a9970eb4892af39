/** What guessers begin with, in small letters; figures and signs around these, and figures in the place of letters, are tried as well. */
const WORDS = new Set(
  `password passwort passwd pass passcode motdepasse contrasena senha parola heslo wachtwoord secret geheim letmein letmeinnow openup opensesame sesame
  welcome willkommen bienvenue hello hallo helloworld goodbye admin administrator root user guest test testing tester demo default changeme change
  temp temporary login access server system computer internet windows linux ubuntu debian python jupyter jupyterhub notebook notebooks elara hub
  database oracle mysql postgres cisco router school schule student teacher university university college class summer winter spring autumn sommer
  herbst monday friday january february march april october november december iloveyou iloveu ilove loveme lovely love lover lovers forever
  princess prinzessin prince angel angels babygirl baby honey sweetheart sunshine sonnenschein rainbow flower flowers butterfly chocolate cookie
  cookies cheese coffee banana orange apple pepper ginger summertime starwars trustno trustme batman superman spiderman ironman pokemon pikachu
  naruto minecraft fortnite mustang corvette ferrari porsche mercedes yamaha harley chelsea arsenal liverpool barcelona realmadrid juventus
  bayern schalke football fussball baseball basketball softball hockey soccer volleyball swimming dragon monkey tiger lion eagle eagles falcon
  panther panthers cowboys steelers yankees lakers dolphin dolphins shadow master killer hunter ranger soldier warrior knight wizard merlin
  phoenix thunder lightning matrix maverick michael jordan jennifer jessica michelle nicole ashley daniel andrew thomas charlie robert matthew
  joshua anthony william george richard joseph christopher christian alexander benjamin samantha amanda melissa stephanie victoria elizabeth
  charlotte sophie patrick martin stefan andreas thomas markus sebastian whatever nothing something blahblah nopassword mypassword yourpassword
  newpassword oldpassword passphrase thepassword freedom peace jesus jesuschrist christ heaven blessed diamond silver golden money dollar
  success winner number one ninja samurai computer hacker qwerty qwertz azerty zaq xsw fuckyou fuckoff asshole bitch`.split(/\s+/),
);

/** Rows of keyboards, and what is counted through; each also backwards. */
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiopü', 'yxcvbnm', 'azertyuiop', 'qsdfghjklm', 'wxcvbn', '1q2w3e4r5t6y7u8i9o0p', '1qaz2wsx3edc4rfv5tgb6yhn7ujm', 'qazwsxedcrfvtgbyhnujm', '!@#$%^&*()'];
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))];
const SHORTEST_RUN = 3;

const LETTERS: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };

/** Whether a password is among the first that are tried: a common word or the person's own name, a way over the keyboard, repetitions. */
export function isCommon(password: string, username: string): boolean {
  const lower = password.normalize('NFKC').toLowerCase();
  return isWord(lower, username.toLowerCase()) || isWalk(lower) || isWalk(repeated(lower));
}

/** As it stands, without what stands behind or around it, with letters for the figures in their place; and once where it stands several times. */
function isWord(text: string, username: string): boolean {
  const tailless = text.replace(/[^\p{L}]+$/u, '');
  const forms = [text, tailless, tailless.replace(/^[^\p{L}]+/u, '')].flatMap((form) => [form, spelledOut(form)]);
  return forms.some((form) => [form, repeated(form)].some((word) => WORDS.has(word) || (word !== '' && word === username)));
}

const spelledOut = (text: string) => [...text].map((char) => LETTERS[char] ?? char).join('');

/** What a text is a repetition of: `abcabc` of `abc`; another text is its own. */
function repeated(text: string): string {
  const period = (text + text).indexOf(text, 1);
  return text.slice(0, period);
}

/** Whether nothing is left of a text once it is cut into pieces of rows, or single characters at its ends. */
function isWalk(text: string): boolean {
  let rest = text;
  let pieces = 0;
  while (rest !== '') {
    const length = longestRun(rest);
    if (length < Math.min(SHORTEST_RUN, rest.length)) return false;
    rest = rest.slice(length);
    pieces += 1;
  }
  return pieces <= 3;
}

function longestRun(text: string): number {
  let length = 1;
  while (length < text.length && (RUNS.some((row) => row.includes(text.slice(0, length + 1))) || new Set(text.slice(0, length + 1)).size === 1)) length += 1;
  return length;
}
