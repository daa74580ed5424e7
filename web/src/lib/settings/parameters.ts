/**
 * The generation parameters that people set in a form, with the ranges that the server accepts
 * (`core/parameters.py`). Pure. Their names and meanings in words are in `strings.parameters`.
 */

import type { SamplingOptions } from '$lib/api/types';

/** The fields of `SamplingOptions` that are one number. */
export type NumberName =
	| 'temperature'
	| 'top_p'
	| 'top_k'
	| 'min_p'
	| 'typical_p'
	| 'repeat_penalty'
	| 'repeat_last_n'
	| 'presence_penalty'
	| 'frequency_penalty'
	| 'dry_multiplier'
	| 'dry_base'
	| 'dry_allowed_length'
	| 'dry_penalty_last_n'
	| 'xtc_probability'
	| 'xtc_threshold'
	| 'mirostat'
	| 'mirostat_tau'
	| 'mirostat_eta'
	| 'seed';

/** `step`: 1 for whole numbers. `usual`: what the server takes if nobody says anything. */
export interface NumberParameter {
	name: NumberName;
	least: number;
	most: number;
	step: number | 'any';
	usual: number | null;
	/** Shown at once; the others are for those who look for them. */
	common: boolean;
}

const WINDOW = 1_048_576;

function row(name: NumberName, usual: number | null, least: number, most: number, common = false, whole = false): NumberParameter {
	return { name, least, most, step: whole ? 1 : 'any', usual, common };
}

export const NUMBERS: readonly NumberParameter[] = [
	row('temperature', 0.8, 0, 2, true),
	row('top_p', 0.95, 0, 1, true),
	row('top_k', 40, 0, 1_000_000, true, true),
	row('min_p', 0.05, 0, 1, true),
	row('repeat_penalty', 1, 0.01, 10, true),
	row('seed', null, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, true, true),
	row('typical_p', 1, 0, 1),
	row('repeat_last_n', 64, -1, WINDOW, false, true),
	row('presence_penalty', 0, -2, 2),
	row('frequency_penalty', 0, -2, 2),
	row('dry_multiplier', 0, 0, 10),
	row('dry_base', 1.75, 1, 10),
	row('dry_allowed_length', 2, 0, 1024, false, true),
	row('dry_penalty_last_n', -1, -1, WINDOW, false, true),
	row('xtc_probability', 0, 0, 1),
	row('xtc_threshold', 0.1, 0, 1),
	row('mirostat', 0, 0, 2, false, true),
	row('mirostat_tau', 5, 0, 100),
	row('mirostat_eta', 0.1, 0, 1)
];

/** `sampling` with `name` set, or silent of it if `value` is `null`. */
export function withNumber(sampling: SamplingOptions, name: NumberName, value: number | null): SamplingOptions {
	const { [name]: _, ...others } = sampling;
	return value === null ? others : { ...others, [name]: value };
}

/** `value` without what says nothing: `null`, empty texts and lists, and objects of such. */
export function said<T extends object>(value: T): Partial<T> {
	const entries = Object.entries(value).map(([key, inner]) => [key, isPlainObject(inner) ? said(inner) : inner] as const);
	return Object.fromEntries(entries.filter(([, inner]) => !isSilent(inner))) as Partial<T>;
}

/** The lines of `text` that have something in them. A line is taken as it stands, but for `\n`, which is a new line. */
export function linesOf(text: string): string[] {
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => line.replaceAll('\\n', '\n'));
}

/** The other way round. */
export function asLines(texts: readonly string[]): string {
	return texts.map((text) => text.replaceAll('\n', '\\n')).join('\n');
}

function isPlainObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSilent(value: unknown): boolean {
	if (value === null || value === undefined || value === '') return true;
	if (Array.isArray(value)) return value.length === 0;
	return isPlainObject(value) && Object.keys(value).length === 0;
}
