import { isRecord, parsed } from './provider-api.js';

/** Where an ID token goes that is not looked into, because it is not known by whose keys it would be signed. */
const UNREAD = 'unread_id_token';

/**
 * Makes what token endpoints say into what RFC 6749 says they do: members that are null are left out, an error with the status 200 gets
 * its own, a missing token_type is bearer.
 * @param verifies whether ID tokens are checked; where they are not they are put aside
 */
export async function conformTokenAnswer(answer: Response, verifies: boolean): Promise<Response> {
  if (answer.status !== 200) return answer;
  const text = await answer.text();
  const body = parsed(text);
  if (!isRecord(body)) return new Response(text, { status: 200, headers: answer.headers });
  if (typeof body.error === 'string' && typeof body.access_token !== 'string') return Response.json(body, { status: 400 });
  const { id_token, ...rest } = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const idToken = id_token === undefined ? {} : { [verifies ? 'id_token' : UNREAD]: id_token };
  return Response.json({ token_type: 'bearer', ...rest, ...idToken });
}

/** The answer as the provider gave it. */
export function asGiven(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { [UNREAD]: unread, ...given } = body;
  return { ...given, ...(unread !== undefined && { id_token: unread }) };
}
