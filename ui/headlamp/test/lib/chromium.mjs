// A browser for the tests: one that is installed, else the one that fetch.sh has unpacked.
import { chromium } from 'playwright-core';

/** Starts it. `SALVOR_CHROMIUM` is its program, with `LD_LIBRARY_PATH` in the environment where it needs one. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.SALVOR_CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
