/**
 * Where formulas stand in Markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`. Pure.
 *
 * A dollar may be money. It opens a formula only where no letter or digit stands before it and no space behind it, and
 * closes one only where no space stands before it and no letter or digit behind it; "$5 and so on$" is money too.
 */

import type { TokenizerAndRendererExtension, Tokens } from 'marked';

export interface MathToken extends Tokens.Generic {
	type: 'math';
	tex: string;
	display: boolean;
	/** False while its end is still to be written. */
	closed: boolean;
	/** Among the formulas of what is rendered together. */
	place: number;
}

interface Formula {
	length: number;
	tex: string;
	display: boolean;
	closed: boolean;
}

/** Characters. What is longer is no formula; so a search for an end is short as well. */
const LONGEST = 5000;
const BLOCK_START = /(?:^|\n)(?= {0,3}(?:\$\$|\\\[))/;
const BLANK_LINE = /\n[ \t]*\n/;
const DOLLARS = /^\$((?:[^$\\\n]|\\[^\n]|\n(?![ \t]*\n))+)\$(?![\p{L}\p{N}$])/u;
const OPENING = /\$|\\[([]/g;
const PRICE = /^\d[\d.,]*\p{L}?\s+\p{L}{2,}/u;
const MARKS = [
	['$$', '$$', true],
	['\\[', '\\]', true],
	['\\(', '\\)', false]
] as const;
const WORD = /[\p{L}\p{N}]/u;

/** Returns Marked's extensions; `streaming` ones take a formula without an end for one that is being written. */
export function mathExtensions(streaming: boolean): TokenizerAndRendererExtension[] {
	return [
		{
			name: 'math',
			level: 'block',
			start: (src) => blockStart(src),
			tokenizer: (src) => asToken(src, blockAt(src, streaming))
		},
		{
			name: 'math',
			level: 'inline',
			start: (src) => inlineStart(src),
			tokenizer: (src, tokens) => asToken(src, inlineAt(src, tokens.at(-1)?.raw.at(-1) ?? '', streaming))
		}
	];
}

/** Returns `src` with other letters for its formulas, so that nothing in them counts as Markdown's emphasis. */
export function maskMath(src: string): string {
	if (!src.includes('$') && !src.includes('\\')) return src;
	let masked = '';
	let end = 0;
	for (const match of src.matchAll(OPENING)) {
		if (match.index < end) continue;
		const formula = inlineAt(src.slice(match.index), src[match.index - 1] ?? '', false);
		if (!formula) continue;
		masked += src.slice(end, match.index) + 'a'.repeat(formula.length);
		end = match.index + formula.length;
	}
	return masked + src.slice(end);
}

function blockStart(src: string): number | undefined {
	const blank = src.indexOf('\n\n');
	const match = BLOCK_START.exec(blank < 0 ? src : src.slice(0, blank));
	return match ? match.index + match[0].length : undefined;
}

/** A formula that has its lines to itself. */
function blockAt(src: string, streaming: boolean): Formula | null {
	const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(src)?.[0].length;
	if (indent === undefined) return null;
	const found = between(src.slice(indent), streaming);
	if (!found) return null;
	const end = indent + found.length;
	const lines = found.closed ? /^[ \t]*(?:\n+|$)/.exec(src.slice(end))?.[0].length : 0;
	return lines === undefined ? null : { ...found, length: end + lines };
}

function inlineStart(src: string): number | undefined {
	for (const match of src.matchAll(OPENING)) {
		if (match[0] !== '$' || !WORD.test(src[match.index - 1] ?? '')) return match.index;
	}
	return undefined;
}

/** `before` is the character before `src`. */
function inlineAt(src: string, before: string, streaming: boolean): Formula | null {
	const found = between(src, streaming);
	if (found) return found;
	if (!src.startsWith('$') || WORD.test(before)) return null;
	const match = DOLLARS.exec(src.slice(0, LONGEST));
	const tex = match?.[1];
	if (!match || tex === undefined || isMoney(tex)) return null;
	return { length: match[0].length, tex, display: false, closed: true };
}

/** A formula between marks that are no money. `streaming`: without an end it goes to the end of `src`. */
function between(src: string, streaming: boolean): Formula | null {
	const marks = MARKS.find(([open]) => src.startsWith(open));
	if (!marks) return null;
	const [open, close, display] = marks;
	const end = src.slice(0, LONGEST).indexOf(close, open.length);
	if (end < 0 && !streaming) return null;
	// No formula goes over a blank line: one that is never closed spoils its own paragraph and no more.
	const tex = end < 0 ? src.slice(open.length) : src.slice(open.length, end);
	if (tex.length > LONGEST || BLANK_LINE.test(tex) || (end >= 0 && !tex.trim())) return null;
	if (end >= 0) return { length: end + close.length, tex, display, closed: true };
	return { length: src.length, tex: tex.replace(/[\\$]$/, ''), display, closed: false };
}

function isMoney(tex: string): boolean {
	return /^\s|[\s\\]$/.test(tex) || PRICE.test(tex);
}

function asToken(src: string, formula: Formula | null): MathToken | undefined {
	if (!formula) return undefined;
	const { length, tex, display, closed } = formula;
	return { type: 'math', raw: src.slice(0, length), tex, display, closed, place: 0 };
}
