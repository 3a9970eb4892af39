const LONGEST = 30;

/**
 * A name by today's rule that is close to one from before it.
 * @param taken names that the person's other servers have
 */
export function validNameFor(name: string, taken: ReadonlySet<string>): string {
  const base = slugOf(name);
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? '' : `-${number}`;
    const candidate = cut(base, LONGEST - ending.length) + ending;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Accents go, other letters that are not a to z become hyphens; what is left has to begin with a letter. */
function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return /^[a-z]/.test(slug) ? slug : `server${slug && `-${slug}`}`;
}

const cut = (slug: string, length: number): string => slug.slice(0, length).replace(/-$/, '');
