/** Texts that take a reader of Markdown longer than anybody waits, or more stack than there is. Pure. */

/** So deep nobody nests quotes and lists. */
const DEEPEST = 40;
/** So many marks nobody puts into one paragraph. A model that repeats itself does; they cost their square. */
const MOST_MARKS = 1000;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const MARK = /[*_`~<![\]$\\]/g;
const NESTING = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))+/;
const PIECE = /^[ \t]*(?:[-+*][ \t]|\d{1,9}[.)][ \t]|\||#)/;

/** Whether `text` is nested, or marked, beyond what can be shown as more than text. */
export function isTangled(text: string): boolean {
	if (text.length < DEEPEST) return false;
	let fence = '';
	let marks = 0;
	for (const line of text.split('\n')) {
		const mark = FENCE.exec(line)?.[1] ?? '';
		if (fence !== '') {
			if (mark.startsWith(fence)) fence = '';
			continue;
		}
		fence = mark;
		if (depthOf(line) > DEEPEST) return true;
		// Items, rows and headings are read one by one.
		if (line.trim() === '' || PIECE.test(line)) marks = 0;
		marks += mark === '' ? countOf(line, MARK) : 0;
		if (marks > MOST_MARKS) return true;
	}
	return false;
}

/** An item may be indented by two characters for each list around it. */
function depthOf(line: string): number {
	const nesting = NESTING.exec(line)?.[0] ?? '';
	const signs = countOf(nesting, />|[-+*]|\d+[.)]/g);
	return signs === 0 ? 0 : signs + (nesting.search(/[^ \t]/) >> 1);
}

function countOf(text: string, pattern: RegExp): number {
	let count = 0;
	for (const _ of text.matchAll(pattern)) count += 1;
	return count;
}
