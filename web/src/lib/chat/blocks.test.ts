import { describe, expect, test } from 'vitest';
import { documentOf, type Block, type Document } from './blocks';

const whole = { streaming: false, math: false };
const partly = { streaming: true, math: false };
const blocks = (text: string, options = whole) => documentOf(text, options).blocks;
const html = (text: string, options = whole) =>
	blocks(text, options)
		.map((block) => ('html' in block ? block.html : `[${block.kind}]`))
		.join('\n');

/** Pieces of Markdown that meet one another in all orders below. */
const PIECES = [
	'A *few* words, **bold** and `code` in _them_.',
	'# Heading\n',
	'Setext\n===',
	'- one\n- two\n  - inner\n\n  more\n- [x] done',
	'1. first\n\n   ```py\n   print("a")\n   ```\n2. second',
	'```js\nconst a = "`";\n\nlet b;\n```',
	'~~~\nopen to the end',
	'    indented\n\n    code',
	'> quoted\nlazy\n> - list\n> - more',
	'| a | b |\n|:--|--:|\n| 1 | $x$ |',
	'$$\n\\frac{a_1}{b}\n$$',
	'\\[ x = y \\] and \\(z\\)',
	'It costs $5 and $10, so $x^2$.',
	'<div class="x">\n<b>raw</b>\n</div>',
	'<think>\nhm **so**\n</think>',
	'<!-- a comment\n\nover lines -->',
	'[link](https://example.com "t") ![p](https://example.com/p.png) <https://example.com>',
	'A [reference][r] and [r].',
	'***\n',
	'a\\\nb  \nc 😀 é ~~gone~~',
	'**open *and never closed',
	'[half](http',
	'\n\n\n',
	'- \n-',
	'+ a\n\n\n+ b'
];

/** Numbers that are the same in each run. */
function dice(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

function composed(roll: (below: number) => number): string {
	const count = 1 + roll(7);
	const joints = ['\n\n', '\n', '\n\n\n', ' ', '\r\n\r\n'];
	return Array.from({ length: count }, () => PIECES[roll(PIECES.length)] + (joints[roll(joints.length)] ?? '')).join('');
}

function growing(text: string, roll: (below: number) => number, onStep: (now: Document, before: Document | null) => void) {
	let before: Document | null = null;
	for (let end = 0; end < text.length; ) {
		end = Math.min(text.length, end + 1 + roll(6));
		const now: Document = documentOf(text.slice(0, end), partly, before);
		onStep(now, before);
		before = now;
	}
	return before;
}

describe('a text that grows', () => {
	test.each(Array.from({ length: 60 }, (_, seed) => seed))('ends as it is rendered at once (%i)', (seed) => {
		const roll = dice(seed);
		const text = composed(roll);
		const last = growing(text, roll, (now, before) => {
			// What stands before the last block is the same object, so nothing of it is drawn again.
			const first = now.blocks.findIndex((block, at) => block !== before?.blocks[at]);
			expect(first === -1 || Number(now.blocks[first]?.key) >= (before?.tail ?? 0)).toBe(true);
		});
		expect(documentOf(text, whole, last).blocks).toEqual(blocks(text));
	});

	test.each(PIECES)('any beginning is rendered: %j', (piece) => {
		for (let end = 0; end <= piece.length; end += 1) {
			const now = documentOf(piece.slice(0, end), partly);
			expect(new Set(now.blocks.map((block) => block.key)).size).toBe(now.blocks.length);
		}
	});

	test('a step of a long answer reads its end alone', () => {
		const long = PIECES.slice(0, 6).join('\n\n').repeat(20);
		const before = documentOf(`${long}\n\nNow`, partly);
		const now = documentOf(`${long}\n\nNow more`, partly, before);
		expect(now.blocks.slice(0, -1).every((block, at) => block === before.blocks[at])).toBe(true);
		expect(now.blocks.at(-1)).toEqual({ kind: 'html', key: before.blocks.at(-1)?.key, html: '<p>Now more</p>' });
	});

	test('another text begins anew', () => {
		const before = documentOf('one\n\ntwo', whole);
		expect(documentOf('other', whole, before).blocks).toEqual(blocks('other'));
		expect(documentOf('one', whole, before).blocks).toEqual(blocks('one'));
	});

	test('a definition that comes later makes links of what came before', () => {
		const before = documentOf('See [it][r].\n\n', partly);
		expect(html('See [it][r].')).toBe('<p>See [it][r].</p>');
		const now = documentOf('See [it][r].\n\n[r]: https://example.com\n', partly, before);
		expect(now.blocks[0]).toMatchObject({ html: expect.stringContaining('href="https://example.com/"') as string });
	});
});

describe('while it is written', () => {
	test.each([
		['a **bo', '<p>a <strong>bo</strong></p>'],
		['a `co', '<p>a <code>co</code></p>'],
		['a [la](htt', '<p>a la</p>'],
		['a ~~go', '<p>a <del>go</del></p>'],
		['a * b', '<p>a * b</p>']
	])('%j is closed', (text, expected) => {
		expect(html(text, partly)).toBe(expected);
	});

	test('half a formula stays what it is, and takes nothing with it', () => {
		expect(blocks('$$\n\\frac{a_1', partly)).toEqual([{ kind: 'math', key: '0', tex: '\n\\frac{a_1', closed: false }]);
		expect(html('$$\n\\frac{a\n\nA *new* paragraph', partly)).toContain('<em>new</em>');
		expect(html('\\(a_1 + b_1', partly)).toBe('<p><span class="md-math">\\(a_1 + b_1</span></p>');
	});

	test('a fence is open until its end stands there', () => {
		const code = (text: string) => blocks(text, partly)[0];
		expect(code('```py\na')).toEqual({ kind: 'code', key: '0', language: 'py', text: 'a', closed: false });
		expect(code('```py\na\n``')).toEqual({ kind: 'code', key: '0', language: 'py', text: 'a', closed: false });
		expect(code('```py\na\n```')).toEqual({ kind: 'code', key: '0', language: 'py', text: 'a', closed: true });
		expect(code('````\n```\n````')).toMatchObject({ text: '```', closed: true });
	});
});

describe('blocks', () => {
	test('lists have items of blocks', () => {
		const [list] = blocks('3. a\n\n   ```sh\n   ls\n   ```\n4. b');
		expect(list).toMatchObject({ kind: 'list', ordered: true, start: 3 });
		const items = (list as Block & { kind: 'list' }).items;
		expect(items[0]?.blocks.map((block) => block.kind)).toEqual(['html', 'code']);
		expect(items[0]?.blocks[1]).toMatchObject({ language: 'sh', text: 'ls', closed: true });
		expect(items[1]?.checked).toBeNull();
	});

	test('tasks are open or done', () => {
		const [list] = blocks('- [ ] a\n- [x] b');
		expect((list as Block & { kind: 'list' }).items.map((item) => item.checked)).toEqual([false, true]);
		expect(JSON.stringify(list)).not.toContain('input');
	});

	test('a list may begin at nought', () => {
		expect(blocks('0. a')[0]).toMatchObject({ start: 0 });
	});

	test('a quote has blocks of its own', () => {
		expect(blocks('> a\n>\n> ```\n> b\n> ```')[0]).toMatchObject({
			kind: 'quote',
			blocks: [{ kind: 'html' }, { kind: 'code', text: 'b' }]
		});
	});

	test.each([
		['```c++ title="x"\na\n```', 'c++'],
		['```{python}\na\n```', ''],
		['```\na\n```', ''],
		['```JS\na\n```', 'js']
	])('the language of %j is %j', (text, language) => {
		expect(blocks(text)[0]).toMatchObject({ language });
	});

	test('headings stand below those of the page', () => {
		expect(html('# a\n\n### b\n\n###### c')).toBe('<h2>a</h2>\n<h4>b</h4>\n<h6>c</h6>');
	});

	test('empty text has none', () => {
		expect(blocks('')).toEqual([]);
		expect(blocks('\n \n')).toEqual([]);
	});
});

describe('what a model writes as HTML', () => {
	test.each([
		['a<br>b <sub onclick="x()">2</sub>', '<p>a<br>b <sub>2</sub></p>'],
		['<think>no</think> <Foo bar>', '<p>&lt;think&gt;no&lt;/think&gt; &lt;Foo bar&gt;</p>'],
		['<script>alert(1)</script>', '<div class="md-raw">&lt;script&gt;alert(1)&lt;/script&gt;</div>'],
		['a <!-- b --> c', '<p>a &lt;!-- b --&gt; c</p>'],
		['AT&amp;T & &lt;b&gt; &copy; &notanentityatallreally', '<p>AT&amp;T &amp; &lt;b&gt; © &amp;notanentityatallreally</p>'],
		['`<b>&amp;</b>`', '<p><code>&lt;b&gt;&amp;amp;&lt;/b&gt;</code></p>']
	])('%j', (text, expected) => {
		expect(html(text)).toBe(expected);
	});
});

describe('links and pictures', () => {
	const safe = 'target="_blank" rel="noopener noreferrer"';
	test.each([
		['[a](https://example.com)', `<p><a href="https://example.com/" ${safe}>a</a></p>`],
		['[a](mailto:a@example.com)', `<p><a href="mailto:a@example.com" ${safe}>a</a></p>`],
		['![a](https://example.com/p.png)', `<p><a href="https://example.com/p.png" ${safe}>a</a></p>`],
		['![](https://example.com/p.png)', `<p><a href="https://example.com/p.png" ${safe}>https://example.com/p.png</a></p>`],
		['![a](data:image/png;base64,AAAA)', '<p><img src="data:image/png;base64,AAAA" alt="a"></p>'],
		['[a](docs/page)', '<p>a (<code>docs/page</code>)</p>'],
		['[a](javascript:alert`1`)', '<p>a (<code>javascript:alert`1`</code>)</p>'],
		['[a](#/settings)', '<p>a (<code>#/settings</code>)</p>'],
		['[a]()', '<p>a</p>']
	])('%j', (text, expected) => {
		expect(html(text)).toBe(expected);
	});
});
