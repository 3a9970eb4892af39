import DataLoader from 'dataloader';

const MOST_AT_ONCE = 500;

/**
 * Makes one statement of what many requests ask for in the same turn of the event loop: a hub with much to do then asks less
 * per request. Nothing is kept from one turn to the next.
 * @param load answers each key at its place in the list, with an Error for one that failed; when it rejects, everybody in the batch is told so
 */
export function batched<Key, Value>(load: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>): (key: Key) => Promise<Value> {
  // an immediate comes after all sockets of this turn were read, where a microtask comes after each
  const batchScheduleFn = (dispatch: () => void) => void setImmediate(dispatch);
  const loader = new DataLoader<Key, Value>(async (keys) => [...(await load(keys))], { cache: false, batchScheduleFn, maxBatchSize: MOST_AT_ONCE });
  return (key) => loader.load(key);
}

/**
 * Answers a question once for all who ask the same in the same turn of the event loop, as the pages of a class do that look at one list.
 * @param answer must not give anything that one of those who asked may change
 * @returns the same for everybody; questions are the same when their JSON is
 */
export function shared<Question, Answer>(answer: (question: Question) => Promise<Answer>): (question: Question) => Promise<Answer> {
  return batched(async (questions: readonly Question[]) => {
    const answers = new Map<string, Promise<Answer | Error>>();
    const answerOf = (question: Question) => {
      const key = JSON.stringify(question);
      const known = answers.get(key) ?? answer(question).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      answers.set(key, known);
      return known;
    };
    return Promise.all(questions.map(answerOf));
  });
}
