/** Markdown to tokens, and tokens to HTML that is safe to show. Blocks are `blocks.ts`. */

import { Lexer, Marked, Parser, type MarkedOptions, type Token, type Tokens, type TokensList } from 'marked';
import remend from 'remend';
import { maskMath, mathExtensions, type MathToken } from './math-syntax';
import { renderMath } from './math';
import { cleanContent, isOwnPicture, RAW_TAGS, safeLink } from './sanitise';

export type Links = TokensList['links'];

/** A message stands below the title of its conversation. */
const HEADINGS_ABOVE = 1;
const TAG = /<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*)?\/?>/gi;
const RAW_BLOCK = /^ {0,3}<(?:(?:script|style|textarea|pre)[\s>]|!|\?)/i;

const finished = options(false);
const streaming = options(true);

/** Returns the tokens of `text`. `links` are definitions from elsewhere, to which those in `text` are added. */
export function tokensOf(text: string, isStreaming: boolean, links: Links = {}): TokensList {
	const lexer = new Lexer(isStreaming ? streaming : finished);
	Object.assign(lexer.tokens.links, links);
	return lexer.lex(text);
}

/** Returns `text` with whatever is still open at its end closed: emphasis, code, links. */
export function closed(text: string): string {
	return remend(text, { katex: false, inlineKatex: false, linkMode: 'text-only', comparisonOperators: false });
}

/** Returns tokens of blocks as HTML. */
export function blockHtml(tokens: Token[]): string {
	return clean(tokens, () => Parser.parse(tokens, finished)).trimEnd();
}

/** Returns tokens of a line as HTML, without an element around them. */
export function inlineHtml(tokens: Token[]): string {
	return clean(tokens, () => Parser.parseInline(tokens, finished));
}

/** Whether a formula is among `tokens` or within them. */
export function hasMath(tokens: Token[]): boolean {
	return mathIn(tokens).length > 0;
}

function clean(tokens: Token[], html: () => string): string {
	const formulas = mathIn(tokens);
	if (formulas.length === 0) return cleanContent(html());
	formulas.forEach((formula, place) => (formula.place = place));
	return cleanContent(html(), (element) => {
		// Only we give this class, and what it holds is the place. HTML in a wrong order may have moved it.
		const formula = formulas[Number(element.textContent)];
		if (!formula) return;
		const drawn = formula.closed ? renderMath(formula.tex, formula.display) : null;
		if (drawn === null) element.textContent = formula.raw.trim();
		else element.innerHTML = drawn;
	});
}

/** All formulas that are written out. The words for a picture are plain text. */
function mathIn(tokens: Token[]): MathToken[] {
	return tokens.flatMap((token) => {
		if (token.type === 'math') return [token as MathToken];
		if (token.type === 'image') return [];
		return childrenOf(token).flatMap(mathIn);
	});
}

function childrenOf(token: Token): Token[][] {
	if (token.type === 'list') return [(token as Tokens.List).items];
	if (token.type !== 'table') return 'tokens' in token && token.tokens ? [token.tokens] : [];
	const { header, rows } = token as Tokens.Table;
	return [header, ...rows].flat().map((cell) => cell.tokens);
}

function options(isStreaming: boolean): MarkedOptions {
	const marked = new Marked({ gfm: true });
	marked.use({
		extensions: mathExtensions(isStreaming).map((extension) => ({ ...extension, renderer: mathHtml })),
		hooks: { emStrongMask: maskMath },
		tokenizer: {
			// A tag that no browser is given is text, and what it encloses is Markdown.
			html(src) {
				const name = /^ {0,3}<\/?([a-z][a-z0-9]*)[\s/>]/i.exec(src)?.[1]?.toLowerCase();
				return RAW_BLOCK.test(src) || (name !== undefined && RAW_TAGS.has(name)) ? false : undefined;
			}
		},
		renderer: {
			heading({ tokens, depth }) {
				const level = Math.min(6, depth + HEADINGS_ABOVE);
				return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
			},
			html: (token) => (token.block ? `<div class="md-raw">${rawHtml(token.text)}</div>` : rawHtml(token.text)),
			text(token) {
				return 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : escapeText(token.text);
			},
			link({ href, title, tokens, text }) {
				return linkHtml(href, title, this.parser.parseInline(tokens), text);
			},
			image: ({ href, title, text }) => pictureHtml(href, title, text),
			checkbox: () => ''
		}
	});
	return marked.defaults;
}

/** Holds the place of a formula; `clean` puts it there. */
function mathHtml(token: Token): string {
	return `<span class="md-math">${(token as MathToken).place}</span>`;
}

function linkHtml(href: string, title: string | null | undefined, label: string, text: string): string {
	const safe = safeLink(href);
	if (safe === null) return href === text || href === '' ? label : `${label} (<code>${escapeAll(href)}</code>)`;
	const titled = title ? ` title="${escapeAll(title)}"` : '';
	return `<a href="${escapeAll(safe)}"${titled}>${label}</a>`;
}

/** A picture from elsewhere would tell its host who reads; it is a link. */
function pictureHtml(href: string, title: string | null, text: string): string {
	if (isOwnPicture(href)) return `<img src="${escapeAll(href)}" alt="${escapeAll(text)}">`;
	if (href.startsWith('streamdown:')) return escapeText(text);
	return linkHtml(href, title, escapeText(text || href), text || href);
}

/** Returns HTML that a model wrote: of a few elements the bare tags, of all else the text. */
function rawHtml(html: string): string {
	let out = '';
	let end = 0;
	for (const match of html.matchAll(TAG)) {
		const name = (match[2] ?? '').toLowerCase();
		out += escapeText(html.slice(end, match.index));
		out += RAW_TAGS.has(name) ? `<${match[1]}${name}>` : escapeText(match[0]);
		end = match.index + match[0].length;
	}
	return out + escapeText(html.slice(end));
}

/** Text may have entities, which stay. */
function escapeText(text: string): string {
	return text
		.replace(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});)/gi, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.replace(/"/g, '&quot;')
		.replace(/'/g, '&#39;');
}

function escapeAll(text: string): string {
	return escapeText(text.replace(/&/g, '&amp;'));
}
