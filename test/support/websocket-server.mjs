// A server with a websocket that says every 50 ms which number it is at: whoever is connected sees any interruption.
import http from 'node:http';
import { WebSocketServer } from 'ws';

const url = new URL(process.env.JUPYTERHUB_SERVICE_URL);
const server = http.createServer((request, response) => response.end(JSON.stringify({ pid: process.pid, path: request.url })));
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  let count = 0;
  const timer = setInterval(() => socket.send(String((count += 1))), 50);
  socket.on('close', () => clearInterval(timer));
});
server.listen(Number(url.port), url.hostname);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
// a test that was broken off must leave nothing behind for long
setTimeout(() => process.exit(0), 10 * 60_000).unref();
