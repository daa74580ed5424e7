/** Tokens with their alternatives, as text. Pure. */

import type { BegunAnswer, StoredMessage, TokenLogprob } from '$lib/api/types';

export interface Choice {
	text: string;
	/** From 0 to 1; `null`: nobody knows. */
	probability: number | null;
}

export interface Token extends Choice {
	/** What might have stood here, the likeliest first, itself perhaps among them. */
	alternatives: readonly Choice[];
}

/** Returns tokens as text. A character that is more than one token stands in the last of them. */
export function readable(logprobs: readonly TokenLogprob[]): Token[] {
	const decoder = new TextDecoder();
	return logprobs.map(([, piece, logprob, top]) => ({
		text: decoder.decode(bytesOf(piece), { stream: true }),
		probability: probabilityOf(logprob),
		alternatives: (top ?? []).map(([, other, itsLogprob]) => ({
			text: new TextDecoder().decode(bytesOf(other)),
			probability: probabilityOf(itsLogprob)
		}))
	}));
}

/**
 * Returns the beginning of an answer up to the token at `place`, with `other` in its stead; `null`: the tokens are not
 * those of all that was written, so nobody knows where that is.
 */
export function branchAt(
	{ content, reasoning }: Pick<StoredMessage, 'content' | 'reasoning'>,
	tokens: readonly Token[],
	place: number,
	other: string
): BegunAnswer | null {
	const whole = textOf(tokens);
	if (!content.endsWith(whole) && whole !== reasoning + content) return null;
	const known = content.endsWith(whole) ? content.slice(0, content.length - whole.length) : '';
	const begun = known + textOf(tokens.slice(0, place)) + other;
	if (content.endsWith(whole)) return { content: begun, reasoning };
	return place < countOf(tokens, reasoning)
		? { content: '', reasoning: begun }
		: { content: begun.slice(reasoning.length), reasoning };
}

function textOf(tokens: readonly Token[]): string {
	return tokens.map((one) => one.text).join('');
}

/** Returns how many of `tokens` it takes to say `text`. */
function countOf(tokens: readonly Token[], text: string): number {
	let length = 0;
	const place = tokens.findIndex((one) => (length += one.text.length) > text.length);
	return place < 0 ? tokens.length : place;
}

/** Returns how sure the model was, from 0 (not at all) to 3. */
export function sureness(probability: number | null): 0 | 1 | 2 | 3 {
	if (probability === null || probability >= 0.9) return 3;
	if (probability >= 0.6) return 2;
	return probability >= 0.3 ? 1 : 0;
}

/** Returns a text whose spaces and ends of lines can be seen. */
export function visible(text: string): string {
	return text.replaceAll(' ', '␣').replaceAll('\n', '↵').replaceAll('\t', '⇥') || '∅';
}

function bytesOf(base64: string): Uint8Array {
	return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function probabilityOf(logprob: number | null): number | null {
	return logprob === null ? null : Math.exp(logprob);
}
