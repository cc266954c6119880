// One browser and one page for each person; first those who look, then those who change something.
import { withBrowser } from './people.mjs';

withBrowser();
await import('./list.mjs');
await import('./detail.mjs');
await import('./elsewhere.mjs');
await import('./steer.mjs');
