// The modelled world of testkit with the real operator, as a process of its own.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const MAIN = 'dev.salvor.testkit.demo.Showroom';
// it lives for a minute or two, beside a browser
const FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xms300m', '-Xmn200m', '-XX:MetaspaceSize=150m'];

/**
 * Starts it and returns when every recovery is where it shall be. It ends with this process.
 *
 * @param java the program
 * @param classpath of module testkit
 */
export function start({ java, classpath }) {
  const world = spawn(java, [...FLAGS, '-cp', classpath, MAIN], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    createInterface(world.stdout).once('line', line =>
      resolve({
        kubeconfig: JSON.parse(line).kubeconfig,
        stop: () =>
          new Promise(done => {
            world.once('exit', done);
            world.stdin.end();
          }),
      })
    );
    world.once('exit', code => reject(new Error(`the modelled world ended with ${code}`)));
    world.once('error', reject);
  });
}
