/**
 * The last gate before a model's text becomes elements. Whatever comes in, what goes out runs nothing, loads nothing,
 * submits nothing and has no style, id or class that is not ours.
 */

import DOMPurify, { type Config, type DOMPurify as Purifier } from 'dompurify';

/** Elements that a model may write as HTML itself, without attributes. */
export const RAW_TAGS: ReadonlySet<string> = new Set(
	(
		'b strong i em u s del ins mark small sub sup kbd samp var abbr cite q code br wbr p div span hr ' +
		'h1 h2 h3 h4 h5 h6 blockquote pre ul ol li dl dt dd table caption thead tbody tfoot tr th td ruby rt rp'
	).split(' ')
);

const LINK = /^(?:https?|mailto):/i;
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i;
const OWN_CLASS = /^md-[a-z-]+$/;
const TOKEN_CLASS = /^(?:hljs-[a-z-]+|[a-z]+_+)(?: (?:hljs-[a-z-]+|[a-z]+_+))*$/;

const CONTENT: Config = {
	ALLOWED_TAGS: [...RAW_TAGS, 'a', 'img'],
	ALLOWED_ATTR: ['href', 'title', 'src', 'alt', 'align', 'class'],
	ALLOW_DATA_ATTR: false,
	ALLOW_ARIA_ATTR: false
};
const MATH: Config = {
	ALLOWED_TAGS: (
		'math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom menclose msub msup msubsup ' +
		'munder mover munderover mmultiscripts mprescripts mtable mtr mlabeledtr mtd'
	).split(' '),
	ALLOWED_ATTR: (
		'xmlns display mathvariant mathcolor mathbackground mathsize accent accentunder stretchy fence separator form ' +
		'lspace rspace minsize maxsize symmetric largeop movablelimits width height depth voffset linethickness ' +
		'displaystyle scriptlevel columnalign columnspacing columnlines rowalign rowspacing rowlines frame notation'
	).split(' '),
	ALLOW_DATA_ATTR: false,
	ALLOW_ARIA_ATTR: false
};
const TOKENS: Config = { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'], ALLOW_DATA_ATTR: false };

/** Returns `href` as a link may have it, or `null`: no program, no file, no page of this server. */
export function safeLink(href: string): string | null {
	try {
		const url = new URL(href);
		return LINK.test(url.protocol) ? url.href : null;
	} catch {
		return null;
	}
}

/** Whether a picture comes with its address, and so loads nothing. */
export function isOwnPicture(src: string): boolean {
	return PICTURE.test(src);
}

/** Returns what Markdown became. `fill` is given each element of class `md-math` and may put safe HTML in. */
export function cleanContent(html: string, fill?: (element: Element) => void): string {
	if (!fill) return content().sanitize(html, CONTENT);
	const holder = document.implementation.createHTMLDocument('').createElement('div');
	holder.append(content().sanitize(html, { ...CONTENT, RETURN_DOM_FRAGMENT: true }));
	holder.querySelectorAll('.md-math').forEach((element) => fill(element));
	return holder.innerHTML;
}

/** Returns a formula in MathML. */
export function cleanMath(html: string): string {
	return math().sanitize(html, MATH);
}

/** Returns code whose tokens are marked by classes. */
export function cleanTokens(html: string): string {
	return tokens().sanitize(html, TOKENS);
}

const content = once((purifier) => {
	purifier.addHook('uponSanitizeAttribute', (_node, event) => {
		if (event.attrName === 'class') event.keepAttr = OWN_CLASS.test(event.attrValue);
		if (event.attrName === 'align') event.keepAttr = /^(?:left|right|center)$/.test(event.attrValue);
		if (event.attrName === 'href') event.keepAttr = safeLink(event.attrValue) !== null;
		if (event.attrName === 'src') event.keepAttr = isOwnPicture(event.attrValue);
	});
	purifier.addHook('afterSanitizeAttributes', (node) => {
		if (node.tagName === 'A' && node.hasAttribute('href')) {
			node.setAttribute('target', '_blank');
			node.setAttribute('rel', 'noopener noreferrer');
		}
		if (node.tagName === 'IMG' && !node.hasAttribute('src')) node.remove();
	});
});

const math = once(() => undefined);

const tokens = once((purifier) => {
	purifier.addHook('uponSanitizeAttribute', (_node, event) => {
		event.keepAttr = event.attrName === 'class' && TOKEN_CLASS.test(event.attrValue);
	});
});

/** Each has hooks of its own, and is made when it is needed: importing this asks for no window. */
function once(prepare: (purifier: Purifier) => void): () => Purifier {
	let made: Purifier | null = null;
	return () => {
		if (!made) {
			made = DOMPurify(window);
			prepare(made);
		}
		return made;
	};
}
