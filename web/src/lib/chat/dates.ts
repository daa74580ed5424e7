/** Days as people name them in a list. Pure. */

import { strings } from '$lib/strings';

const DAY_MS = 24 * 3600 * 1000;

// Made once: a list asks for hundreds at a time, and each of the `toLocale…` methods makes one of these.
const MONTH = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' });
const TIME = new Intl.DateTimeFormat('en', { timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** Returns the heading under which something of that time stands in a list, newest first. Seconds since the epoch. */
export function headingOf(at_s: number, now_s: number): string {
	const at = new Date(at_s * 1000);
	const now = new Date(now_s * 1000);
	const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
	if (at >= today) return strings.list.today;
	// The day before may have 23 or 25 hours.
	const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
	if (at >= yesterday) return strings.list.yesterday;
	if (at.getTime() >= today.getTime() - 7 * DAY_MS) return strings.list.week;
	if (at.getTime() >= today.getTime() - 30 * DAY_MS) return strings.list.month;
	return MONTH.format(at);
}

/** Returns the time of day for today, else the date, with the year if it is another one. */
export function shortMoment(at_s: number, now_s: number): string {
	const at = new Date(at_s * 1000);
	const now = new Date(now_s * 1000);
	if (at.toDateString() === now.toDateString()) return TIME.format(at);
	return (at.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(at);
}
