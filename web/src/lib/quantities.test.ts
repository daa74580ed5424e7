import { expect, test } from 'vitest';
import { inBytes, inCount, inMoment, inParameters, inRate, inTime } from './quantities';

test.each([
	[0, '0 B'],
	[999, '999 B'],
	[1024, '1 KiB'],
	[1_000_000, '977 KiB'],
	[1_342_177_280, '1.25 GiB'],
	[26 * 1024 ** 4, '26 TiB']
])('%d bytes', (bytes, words) => expect(inBytes(bytes)).toBe(words));

test.each([
	[0, '0 s'],
	[0.0004, '1 ms'],
	[0.08, '80 ms'],
	[0.244, '0.24 s'],
	[12.34, '12 s'],
	[59.6, '1 min'],
	[185, '3 min 5 s'],
	[7800, '2 h 10 min'],
	[3 * 86400, '3 days']
])('%d seconds', (seconds, words) => expect(inTime(seconds)).toBe(words));

test('counts, parameters, rates', () => {
	expect(inCount(3900)).toBe('3,900');
	expect(inParameters(3_230_000)).toBe('3.23 M');
	expect(inParameters(7_615_616_512)).toBe('7.62 B');
	expect(inRate(12.345)).toBe('12.3');
	expect(inRate(1234.5)).toBe('1,235');
});

test('a moment of today has no date', () => {
	const noon_s = new Date(2026, 3, 5, 12, 0, 7).getTime() / 1000;
	expect(inMoment(noon_s, noon_s + 60)).toMatch(/^12:00:07/);
	expect(inMoment(noon_s, noon_s + 86400)).toContain('5 Apr 2026');
});
