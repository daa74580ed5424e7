/**
 * Markdown as a list of blocks, made so that a growing text changes its last block alone: the blocks before are the very
 * same objects, under the same keys, and nothing on the page moves.
 */

import type { Token, Tokens } from 'marked';
import { blockHtml, closed, hasMath, inlineHtml, tokensOf, type Links } from './markdown';
import type { MathToken } from './math-syntax';
import { isTangled } from './tangle';

export type Block = { key: string } & (
	| { kind: 'html'; html: string }
	| { kind: 'table'; html: string }
	| { kind: 'code'; language: string; text: string; closed: boolean }
	| { kind: 'math'; tex: string; closed: boolean }
	| { kind: 'quote'; blocks: Block[] }
	| { kind: 'list'; ordered: boolean; start: number; items: ListItem[] }
);

export interface ListItem {
	key: string;
	/** `null`: it is no task. */
	checked: boolean | null;
	blocks: Block[];
}

export interface Document {
	blocks: Block[];
	/** A formula is in it, be it drawn or not. */
	hasMath: boolean;
	options: Options;
	/** What the next step needs: the text, where its last block begins, the link definitions seen. */
	text: string;
	tail: number;
	links: Links;
}

export interface Options {
	/** More is to come: what is open at the end is shown as if it were closed. */
	streaming: boolean;
	/** Formulas can be drawn; see `math.ts`. */
	math: boolean;
}

/** Returns the blocks of `source`; of `before`, whose text `source` begins with, all but the last are kept. */
export function documentOf(source: string, options: Options, before: Document | null = null): Document {
	const text = source.replace(/\r\n?/g, '\n');
	const kept = before !== null && isContinued(before, text, options) ? before : null;
	const grown = build(text, options, kept);
	// A definition may stand behind the links that need it: what stood there before is read anew.
	return kept && !sameLinks(grown.links, kept.links) ? build(text, options, null) : grown;
}

function isContinued(before: Document, text: string, options: Options): boolean {
	return text.startsWith(before.text) && before.options.math === options.math;
}

function build(text: string, options: Options, before: Document | null): Document {
	const from = before?.tail ?? 0;
	if (isTangled(text.slice(from))) return plain(text, options, before);
	const tokens = tokensOf(text.slice(from), false, before?.links);
	const last = tokens.findLastIndex((token) => token.type !== 'space');
	const first = startOf(tokens, firstUnsettled(tokens, last), text.length - from);
	const settled = tokens.slice(0, first);
	const open = tokens.slice(first, last + 1);
	const ending = options.streaming ? closedTokens(open, tokens.links) : open;
	const tail = from + lengthOf(settled);
	return {
		blocks: [
			...(before?.blocks ?? []).filter((block) => Number(block.key) < from),
			...blocksOf(settled, from),
			...blocksOf(ending, tail)
		],
		hasMath: (before?.hasMath ?? false) || hasMath(settled) || hasMath(ending),
		options,
		text,
		tail,
		links: tokens.links
	};
}

/** Returns what came since `before` as it is, for nothing can be made of it. */
function plain(text: string, options: Options, before: Document | null): Document {
	const { tail, links, blocks, hasMath } = before ?? { tail: 0, links: {}, blocks: [], hasMath: false };
	const kept = blocks.filter((block) => Number(block.key) < tail);
	const rest: Block = { kind: 'code', key: String(tail), language: '', text: text.slice(tail), closed: !options.streaming };
	return { blocks: [...kept, rest], hasMath, options, text, tail, links };
}

/** Marked now and then adds a line's end to what it puts together; where a block begins is then not known. */
function startOf(tokens: Token[], index: number, length: number): number {
	return lengthOf(tokens) === length ? Math.max(0, index) : 0;
}

function lengthOf(tokens: Token[]): number {
	return tokens.reduce((sum, token) => sum + token.raw.length, 0);
}

/**
 * Returns the first token that more text may change: of the last ones, those that no blank line, heading or code keeps
 * apart, for what begins as a block may prove to be a line of the text before it. And a list goes on behind a blank line
 * with a number that until its dot is a paragraph.
 */
function firstUnsettled(tokens: Token[], last: number): number {
	let first = last;
	while (first > 0 && !keepsApart(tokens[first - 1])) first -= 1;
	const before = tokens.slice(0, Math.max(0, first)).findLastIndex((token) => token.type !== 'space');
	const isNumber = /^ {0,3}\d{1,9}[.)]?\s*$/.test(tokens[last]?.raw ?? '');
	return isNumber && tokens[before]?.type === 'list' ? before : first;
}

function keepsApart(token: Token | undefined): boolean {
	return !token || SETTLED.has(token.type) || /\n[ \t]*\n$/.test(token.raw);
}

const SETTLED = new Set(['space', 'heading', 'code', 'hr']);

/** Returns the last tokens anew, with whatever is open at their end closed. */
function closedTokens(tokens: Token[], links: Links): Token[] {
	const text = tokens.map((token) => token.raw).join('');
	const last = tokens.at(-1)?.type;
	return tokensOf(last === 'code' || last === 'html' ? text : closed(text), true, links);
}

/** Keys are places in the text: at the top they grow from block to block. */
function blocksOf(tokens: Token[], from = 0): Block[] {
	const blocks: Block[] = [];
	let offset = from;
	for (const token of tokens) {
		const block = blockOf(token, String(offset));
		if (block) blocks.push(block);
		offset += token.raw.length;
	}
	return blocks;
}

function blockOf(token: Token, key: string): Block | null {
	switch (token.type) {
		case 'space':
		case 'def':
		case 'checkbox':
			return null;
		case 'code':
			return codeOf(token as Tokens.Code, key);
		case 'math':
			return { kind: 'math', key, tex: (token as MathToken).tex, closed: (token as MathToken).closed };
		case 'table':
			return { kind: 'table', key, html: blockHtml([token]) };
		case 'blockquote':
			return { kind: 'quote', key, blocks: blocksOf((token as Tokens.Blockquote).tokens) };
		case 'list':
			return listOf(token as Tokens.List, key);
		case 'text':
			return { kind: 'html', key, html: inlineHtml((token as Tokens.Text).tokens ?? [token]) };
		default:
			return { kind: 'html', key, html: blockHtml([token]) };
	}
}

function listOf(token: Tokens.List, key: string): Block {
	const items = token.items.map((item, index) => ({
		key: String(index),
		checked: item.task ? item.checked === true : null,
		blocks: blocksOf(item.tokens)
	}));
	return { kind: 'list', key, ordered: token.ordered, start: Number(token.start) || (token.ordered ? 0 : 1), items };
}

function codeOf(token: Tokens.Code, key: string): Block {
	const language = /^[^\s{,]*/.exec(token.lang ?? '')?.[0].toLowerCase() ?? '';
	const fence = /^ {0,3}(`{3,}|~{3,})/.exec(token.raw)?.[1];
	if (!fence) return { kind: 'code', key, language, text: token.text, closed: true };
	const end = token.raw.trimEnd().split('\n').slice(1).at(-1)?.trim() ?? '';
	const isClosed = end.length >= fence.length && end === fence[0]?.repeat(end.length);
	return { kind: 'code', key, language, text: isClosed ? token.text : withoutHalfFence(token.text, fence), closed: isClosed };
}

/** The end of a fence comes in pieces, too; its first characters are no code. */
function withoutHalfFence(text: string, fence: string): string {
	const line = text.slice(text.lastIndexOf('\n') + 1);
	return line !== '' && fence.startsWith(line) ? text.slice(0, -line.length).replace(/\n$/, '') : text;
}

function sameLinks(one: Links, other: Links): boolean {
	const names = Object.keys(one);
	return (
		names.length === Object.keys(other).length &&
		names.every((name) => one[name]?.href === other[name]?.href && one[name]?.title === other[name]?.title)
	);
}
