// The API server behind a kubeconfig: requests as anybody, for the proxy and for the tests themselves.
import { readFileSync } from 'node:fs';
import { request as https } from 'node:https';

function field(yaml, name) {
  return new RegExp(`${name}:\\s*"?([^"\\s]+)"?`).exec(yaml)?.[1];
}

/** A client certificate or a file with one, as kubeconfigs have it. */
function pem(yaml, name) {
  const data = field(yaml, `${name}-data`);
  if (data) return Buffer.from(data, 'base64');
  const file = field(yaml, name);
  return file ? readFileSync(file) : undefined;
}

/** Where the API server is and what makes one its administrator. */
export function connection(kubeconfig) {
  const yaml = readFileSync(kubeconfig, 'utf8');
  return {
    server: new URL(field(yaml, 'server')),
    tls: {
      ca: pem(yaml, 'certificate-authority'),
      cert: pem(yaml, 'client-certificate'),
      key: pem(yaml, 'client-key'),
    },
  };
}

/** Requests with every right. */
export class Admin {
  constructor(kubeconfig) {
    this.to = connection(kubeconfig);
  }

  send(method, path, body, type = 'application/json') {
    const { server, tls } = this.to;
    return new Promise((resolve, reject) => {
      const call = https(
        new URL(path, server),
        { method, agent: false, ...tls, headers: { 'Content-Type': type } },
        answer => {
          let text = '';
          answer.on('data', chunk => (text += chunk));
          answer.on('end', () =>
            answer.statusCode < 300
              ? resolve(JSON.parse(text))
              : reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))
          );
        }
      );
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  get(path) {
    return this.send('GET', path);
  }

  create(path, body) {
    return this.send('POST', path, body);
  }

  patch(path, body) {
    return this.send('PATCH', path, body, 'application/merge-patch+json');
  }

  recovery(plural, namespace, name) {
    const scope = namespace ? `/namespaces/${namespace}` : '';
    return this.get(`/apis/recovery.salvor.dev/v1alpha1${scope}/${plural}/${name}`);
  }
}
