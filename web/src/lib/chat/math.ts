/** Formulas as MathML, which browsers draw themselves: no style, no font of its own. KaTeX is loaded when one comes. */

import type katex from 'katex';
import { cleanMath } from './sanitise';

type Render = typeof katex.renderToString;

let render: Render | null = null;
let loading: Promise<void> | null = null;

/** Loads KaTeX once; `renderMath` gives formulas from then on. */
export function loadMath(): Promise<void> {
	loading ??= import('katex').then(
		(module) => {
			render = module.default.renderToString;
		},
		(error: unknown) => {
			loading = null;
			throw error;
		}
	);
	return loading;
}

/** Whether KaTeX is there. */
export function isMathLoaded(): boolean {
	return render !== null;
}

/** Returns MathML, or `null` for what is no TeX, or while KaTeX is not there. */
export function renderMath(tex: string, display: boolean): string | null {
	if (!render) return null;
	try {
		return cleanMath(normal(render(tex, { displayMode: display, output: 'mathml', ...SAFE })));
	} catch {
		// Its source is shown then. KaTeX throws its ParseError, and a RangeError for what nests too deeply.
		return null;
	}
}

/**
 * Returns the formula alone, without its source. KaTeX puts elements into those that are for text (`<mi><mover>`), and
 * there a browser would take them for HTML.
 */
function normal(html: string): string {
	const page = new DOMParser().parseFromString(html, 'application/xhtml+xml');
	page.querySelectorAll('annotation').forEach((element) => element.remove());
	page.querySelectorAll('semantics').forEach((element) => element.replaceWith(...element.childNodes));
	for (const element of page.querySelectorAll('mi > *, mo > *, mn > *, mtext > *')) {
		const text = element.parentElement;
		if (!text) continue;
		const row = page.createElementNS(text.namespaceURI, 'mrow');
		row.append(...text.childNodes);
		text.replaceWith(row);
	}
	return page.querySelector('math')?.outerHTML ?? '';
}

/** What a formula may not do: link, load, set styles, grow without end. */
const SAFE = { trust: false, strict: 'ignore', throwOnError: true, maxSize: 20, maxExpand: 300 } as const;
