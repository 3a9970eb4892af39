/**
 * What proves the hub to a provider, as a header (RFC 6749, 2.3.1). Only what has to be encoded is, since there are providers that take
 * it as it stands.
 */
export function basicCredentials({ client_id, client_secret }: { client_id: string; client_secret: string }): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`).toString('base64')}`;
}
