import type { Progress, Ref } from '../api/types';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** 422 MiB, 1.5 GiB. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = value < 10 && unit > 0 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value));
  return `${text} ${UNITS[unit]}`;
}

/** 42 s, 3 min 5 s, 2 h 10 min, 3 d 4 h. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86400), 'd'],
    [Math.floor((whole % 86400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** Between two moments; undefined if one of them is not known. */
export function between(from: string | undefined, until: string | undefined): string | undefined {
  const start = Date.parse(from ?? '');
  const end = Date.parse(until ?? '');
  return Number.isNaN(start) || Number.isNaN(end) ? undefined : duration((end - start) / 1000);
}

/** From now to a moment to come: "in 71 h", or "over" once it is past. */
export function until(moment: string, now: number = Date.now()): string {
  const left = (Date.parse(moment) - now) / 1000;
  return left > 0 ? `in ${duration(left)}` : 'over';
}

/** 0 to 100, or undefined where nothing is counted. */
export function percent(progress: Progress | undefined): number | undefined {
  const { bytesDone, bytesTotal } = progress ?? {};
  if (bytesDone === undefined || !bytesTotal) return undefined;
  return Math.min(100, Math.max(0, Math.round((100 * bytesDone) / bytesTotal)));
}

/** Kind namespace/name. */
export function refText(ref: Ref): string {
  return `${ref.kind} ${ref.namespace ? ref.namespace + '/' : ''}${ref.name}`;
}

/** AwaitVolumeData -> Await volume data. */
export function words(name: string): string {
  const split = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2');
  return split
    .split(' ')
    .map((word, index) => (index === 0 || /^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}
