import { once } from 'node:events';
import { request, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { close, listen } from './web-server.js';

afterEach(() => void vi.useRealTimers());

describe('listen', () => {
  it('says which address is taken, and what else it cannot do', async () => {
    const { server, port } = await listen('http://127.0.0.1:0/prefix/', (_req, res) => void res.end());
    const taken = `http://127.0.0.1:${port}`;
    await expect(listen(taken, () => undefined)).rejects.toThrow(
      `cannot listen at ${taken}: because another program has this port`,
    );
    await expect(listen('http://192.0.2.1:0', () => undefined)).rejects.toThrow('does not have that address');
    await expect(listen('https://127.0.0.1:0', () => undefined)).rejects.toThrow('only http:// is served');
    await close(server);
  });
});

describe('close', () => {
  it('lets an answer under way finish', async () => {
    const held: ServerResponse[] = [];
    const { server, port } = await listen('http://127.0.0.1:0', (_req, res) => void held.push(res));
    const sent = request({ host: '127.0.0.1', port }).end();
    await expect.poll(() => held.length).toBe(1);
    const closed = close(server);
    held[0]!.end('done');
    const [response] = (await once(sent, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(200);
    await closed;
  });

  it('ends an answer that takes too long', async () => {
    const held: ServerResponse[] = [];
    const { server, port } = await listen('http://127.0.0.1:0', (_req, res) => void held.push(res));
    const sent = request({ host: '127.0.0.1', port }).end();
    const broken = once(sent, 'error');
    await expect.poll(() => held.length).toBe(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const closed = close(server);
    vi.advanceTimersByTime(3_000);
    await closed;
    expect(String(await broken)).toContain('socket hang up');
  });
});
