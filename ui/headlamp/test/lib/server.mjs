// Headlamp's server as far as a plugin sees it: the shell, the plugin's files, a proxy to one cluster as one user.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request as https } from 'node:https';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.png': 'image/png',
};
const PREFIX = '/clusters/main';
const HOPS = ['host', 'connection', 'cookie', 'referer'];

function file(response, path, asModule = false) {
  // the shell loads its words as modules
  if (asModule) {
    response.writeHead(200, { 'Content-Type': 'text/javascript' });
    return response.end('export default ' + readFileSync(path, 'utf8'));
  }
  response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
  createReadStream(path).pipe(response);
}

function json(response, body) {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

/**
 * Starts it on a free port of this machine.
 *
 * @param shell folder with the built shell
 * @param plugin folder of the plugin, built
 * @param to the cluster, as cluster.mjs gives it
 * @param user whose rights every request has
 * @param answers paths of the API by their prefix, with status and body of what is answered instead of asking it
 */
export async function serve({ shell, plugin, to, user, answers = [], port = 0 }) {
  const folders = [
    ['/plugins/salvor/', join(plugin, 'dist')],
    ['/plugins/salvor/', plugin],
    ['/assets/locales/', join(plugin, 'node_modules/@kinvolk/headlamp-plugin/lib/i18n/locales')],
    ['/', shell],
  ];

  const agent = new Agent({ keepAlive: true });
  const watches = new Set();

  function headers(request) {
    const kept = Object.entries(request.headers).filter(([name]) => !HOPS.includes(name));
    return { ...Object.fromEntries(kept), 'Impersonate-User': user, 'Impersonate-Group': 'system:authenticated' };
  }

  function upstream(request) {
    return https(new URL(request.url.slice(PREFIX.length), to.server), {
      method: request.method,
      headers: headers(request),
      agent,
      ...to.tls,
    });
  }

  function proxy(request, response) {
    const call = upstream(request);
    call.on('response', answer => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    call.on('error', error => {
      response.writeHead(502);
      response.end(String(error));
    });
    request.pipe(call);
  }

  const server = createServer((request, response) => {
    const address = new URL(request.url, 'http://localhost');
    const path = decodeURIComponent(address.pathname);
    const own = answers.find(one => path.startsWith(PREFIX + one.prefix));
    if (own) return void response.writeHead(own.status, { 'Content-Type': 'text/plain' }).end(own.body);
    if (path.startsWith(PREFIX + '/')) return proxy(request, response);
    if (path === '/plugins') return json(response, [{ path: 'plugins/salvor', type: 'shipped', name: 'salvor' }]);
    if (path === '/config') return json(response, { clusters: [{ name: 'main', auth_type: '' }] });
    for (const [prefix, folder] of folders) {
      if (!path.startsWith(prefix)) continue;
      const found = join(folder, normalize(path.slice(prefix.length)));
      if (found.startsWith(folder) && existsSync(found) && statSync(found).isFile())
        return file(response, found, path.endsWith('.json') && address.searchParams.has('import'));
    }
    if (extname(path) === '' || path.startsWith('/c/')) return file(response, join(shell, 'index.html'));
    response.writeHead(404);
    response.end();
  });

  // watches come as websockets
  server.on('upgrade', (request, socket) => {
    const call = upstream(request);
    call.setHeader('Connection', 'Upgrade');
    call.setHeader('Upgrade', 'websocket');
    call.on('upgrade', (answer, far) => {
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      far.pipe(socket).pipe(far);
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
      watches.add(socket);
      socket.on('close', () => {
        watches.delete(socket);
        far.destroy();
      });
    });
    call.on('response', () => socket.destroy());
    call.on('error', () => socket.destroy());
    call.end();
  });

  await new Promise(done => server.listen(port, '127.0.0.1', done));
  function close() {
    for (const socket of watches) socket.destroy();
    agent.destroy();
    server.closeAllConnections();
    return new Promise(done => server.close(done));
  }
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}
