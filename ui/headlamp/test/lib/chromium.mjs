// The browser of the tests: ../../chromium.sh found it.
import { chromium } from 'playwright-core';

/** Starts the program `SALVOR_CHROMIUM`, with the libraries that it brings along. */
export function launch() {
  const { SALVOR_CHROMIUM, SALVOR_CHROMIUM_LIBRARIES, ...env } = process.env;
  return chromium.launch({
    executablePath: SALVOR_CHROMIUM,
    env: SALVOR_CHROMIUM_LIBRARIES ? { ...env, LD_LIBRARY_PATH: SALVOR_CHROMIUM_LIBRARIES } : env,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
