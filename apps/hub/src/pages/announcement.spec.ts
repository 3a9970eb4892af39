import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/schema.js';
import { hubUrls } from '../config/urls.js';
import { Announcement, announced } from './announcement.js';

type Board = (path: string) => { status: number; body: string } | undefined;

const servers: { close(): void }[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** A board on loopback; undefined as an answer means none at all. */
async function announcementOf(board: Board): Promise<Announcement> {
  const server = createServer((request, response) => {
    const answer = board(request.url!);
    if (answer) response.writeHead(answer.status).end(answer.body);
    else request.socket.destroy();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = defaultConfig();
  config.JupyterHub.services = [{ name: 'announcement', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }];
  return new Announcement(config, hubUrls(config));
}

describe('Announcement', () => {
  it('reads what the service says, and keeps it while the service is away', async () => {
    let board: Board = (path) => ({ status: path === '/services/announcement/latest' ? 200 : 404, body: '{"announcement": "<b>Hi</b>", "user": "root", "timestamp": "2026-03-01T12:00:00.000Z"}' });
    const announcement = await announcementOf((path) => board(path));
    expect(announcement.current).toBeUndefined();
    await announcement.refresh();
    expect(announcement.current).toMatchObject({ text: '<b>Hi</b>', by: 'root' });
    for (const broken of [() => undefined, () => ({ status: 500, body: '' }), () => ({ status: 200, body: '<html>' })]) {
      board = broken;
      await announcement.refresh();
      expect(announcement.current?.text).toBe('<b>Hi</b>');
    }
    board = () => ({ status: 200, body: '{"announcement": ""}' });
    await announcement.refresh();
    expect(announcement.current).toBeUndefined();
  });

  it('does nothing without such a service', async () => {
    const config = defaultConfig();
    const announcement = new Announcement(config, hubUrls(config));
    await announcement.refresh();
    expect(announcement.current).toBeUndefined();
  });

  it('takes whatever arrives for what it is', () => {
    for (const json of [null, 1, [], {}, { announcement: 7 }, { announcement: ' ' }]) expect(announced(json)).toBeUndefined();
    expect(announced({ announcement: 'x'.repeat(9999), timestamp: 'soon' })).toMatchObject({ when: null, by: 'announcement' });
    expect(announced({ announcement: 'x'.repeat(9999) })!.text).toHaveLength(4000);
  });
});
