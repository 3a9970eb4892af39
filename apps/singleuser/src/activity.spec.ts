import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '#hub-client';
import { ActivityReporter } from './activity.js';

interface Report {
  headers: IncomingHttpHeaders;
  body: { servers: Record<string, { last_activity: string }>; last_activity: string };
}

let hub: Server;
let status: number;
let reports: Report[];
let lines: string[];
let stop: AbortController;

const log: Log = {
  info: (line) => void lines.push(line),
  warn: (line) => void lines.push(line),
  error: (line) => void lines.push(line),
};

beforeEach(async () => {
  [status, reports, lines, stop] = [200, [], [], new AbortController()];
  hub = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    reports.push({ headers: req.headers, body: JSON.parse(text) as Report['body'] });
    res.writeHead(status).end();
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  hub.closeAllConnections();
  hub.close();
});

const reporter = (seconds: number, url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}/hub/api/users/ana/activity`) =>
  new ActivityReporter({ url, token: 'secret', serverName: 'lab', seconds }, log);

describe('ActivityReporter', () => {
  it('reports at once and again, with the last time somebody was there', async () => {
    const activity = reporter(0.05);
    const running = activity.run(stop.signal);
    await expect.poll(() => reports.length).toBeGreaterThanOrEqual(2);
    activity.record();
    const seen = reports.length;
    await expect.poll(() => reports.length).toBeGreaterThan(seen + 1);
    stop.abort();
    await running;
    const { headers, body } = reports[0]!;
    expect(headers).toMatchObject({ authorization: 'token secret', 'content-type': 'application/json' });
    expect(body).toEqual({ servers: { lab: { last_activity: body.last_activity } }, last_activity: expect.stringMatching(/Z$/) });
    expect(reports[1]!.body.last_activity).toBe(body.last_activity);
    expect(reports.at(-1)!.body.last_activity > body.last_activity).toBe(true);
  });

  it('says what is wrong and tries again, until it is told to end', async () => {
    status = 503;
    const running = reporter(300).run(stop.signal);
    await expect.poll(() => lines).toEqual(['cannot report activity: because the hub answered 503: ']);
    stop.abort();
    await running;
    expect(lines).toHaveLength(1);
  });

  it.each([
    [0, undefined],
    [300, ''],
  ])('does nothing with an interval of %i and the address %j', async (seconds, url) => {
    await reporter(seconds, url).run(stop.signal);
    expect(lines[0]).toContain('activity is not reported');
  });
});
