import { expect, test } from 'vitest';
import { strings } from '$lib/strings';
import { headingOf, shortMoment } from './dates';

const seconds = (...at: [number, number, number, number]) => new Date(at[0], at[1], at[2], at[3]).getTime() / 1000;
const now = seconds(2026, 5, 15, 9);

test('times stand under the day, the week, the month that they are of', () => {
	expect(headingOf(seconds(2026, 5, 15, 0), now)).toBe(strings.list.today);
	expect(headingOf(seconds(2026, 5, 14, 23), now)).toBe(strings.list.yesterday);
	expect(headingOf(seconds(2026, 5, 9, 12), now)).toBe(strings.list.week);
	expect(headingOf(seconds(2026, 4, 20, 12), now)).toBe(strings.list.month);
	expect(headingOf(seconds(2026, 2, 1, 12), now)).toBe('March 2026');
});

test('a moment is as short as it can be', () => {
	expect(shortMoment(seconds(2026, 5, 15, 8), now)).toMatch(/^8:00/);
	expect(shortMoment(seconds(2026, 4, 2, 8), now)).toBe('May 2');
	expect(shortMoment(seconds(2025, 4, 2, 8), now)).toBe('May 2, 2025');
});
