/** Figures as people read them. Pure. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes in the unit that suits, with three digits at most: `1.25 GiB`, `812 MiB`. */
export function inBytes(bytes: number): string {
	let unit = 0;
	let value = bytes;
	while (value >= 1000 && unit < UNITS.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${inDigits(value, unit === 0)} ${UNITS[unit]}`;
}

/** A duration: `80 ms`, `0.24 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function inTime(seconds: number): string {
	if (seconds === 0) return '0 s';
	if (seconds < 0.0995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
	if (seconds < 59.5) return `${inDigits(seconds, false, 2)} s`;
	if (seconds < 3570) {
		const whole = Math.round(seconds);
		return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
	}
	const minutes = Math.round(seconds / 60);
	if (minutes < 48 * 60) return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
	return `${Math.round(minutes / 1440)} days`;
}

/** A whole number with marks between thousands. */
export function inCount(count: number): string {
	return Math.round(count).toLocaleString('en');
}

/** A number of parameters: `3.2 M`, `7.6 B`. */
export function inParameters(count: number): string {
	if (count >= 1e9) return `${inDigits(count / 1e9, false)} B`;
	if (count >= 1e6) return `${inDigits(count / 1e6, false)} M`;
	return inCount(count);
}

/** A rate, with a digit behind the point where it is small. */
export function inRate(rate: number): string {
	return rate >= 100 ? inCount(rate) : String(Math.round(rate * 10) / 10);
}

/** A time of day, with the date if it is not today's. Seconds since the epoch. */
export function inMoment(at_s: number, now_s: number = Date.now() / 1000): string {
	const at = new Date(at_s * 1000);
	const isToday = at.toDateString() === new Date(now_s * 1000).toDateString();
	return at.toLocaleString('en-GB', isToday ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
	return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

function inDigits(value: number, whole: boolean, most = 3): string {
	if (whole || value >= 100) return String(Math.round(value));
	return String(Number(value.toPrecision(value >= 10 ? Math.min(most, 3) : most)));
}
