/** Short words beside each other: groups, roles, scopes. */
export function Words({ words }: { words: readonly string[] | undefined }) {
  return words?.map((word) => (
    <span key={word} className="word">
      {word}
    </span>
  ));
}
