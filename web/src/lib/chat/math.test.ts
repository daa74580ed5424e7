import { beforeAll, describe, expect, test } from 'vitest';
import { documentOf } from './blocks';
import { loadMath, renderMath } from './math';
import { maskMath } from './math-syntax';

const formulas = (text: string) => {
	const html = documentOf(text, { streaming: false, math: false })
		.blocks.map((block) => ('html' in block ? block.html : block.kind === 'math' ? `<i class="md-math">$$${block.tex}$$</i>` : ''))
		.join('');
	const page = document.createElement('div');
	page.innerHTML = html;
	return Array.from(page.querySelectorAll('.md-math'), (element) => element.textContent);
};

describe('where formulas stand', () => {
	test.each([
		['$x$', ['$x$']],
		['so $a_1 * b_1 * c$ and $y$.', ['$a_1 * b_1 * c$', '$y$']],
		['\\(x\\) and \\[y\\] here', ['\\(x\\)', '\\[y\\]']],
		['in $$x$$ line', ['$$x$$']],
		['$$\nx\n$$', ['$$\nx\n$$']],
		['text\n\\[\nx\n\\]\nmore', ['$$\nx\n$$']],
		['**bold $x^*$ more**', ['$x^*$']],
		['($n$-th)', ['$n$']],
		['$5 \\times 3$', ['$5 \\times 3$']],
		['$\\$5$', ['$\\$5$']],
		['| a |\n|---|\n| $x$ |', ['$x$']]
	])('%j', (text, expected) => {
		expect(formulas(text)).toEqual(expected);
	});

	test.each([
		'$5 and $10',
		'$5–$10',
		'US$5 or C$6',
		'$HOME/$USER',
		'costs $5, or 6$ there',
		'$5 apples and more$',
		'\\$x\\$',
		'`$x$`',
		'$ x $',
		'$$',
		'a $x',
		'$x\n\ny$',
		'$100k in $2020',
		'10$ and 20$'
	])('%j has none', (text) => {
		expect(formulas(text)).toEqual([]);
	});

	test('what they hide keeps its length', () => {
		const text = 'a $x*y$ *b* $5 and \\(c*d\\) *e*';
		expect(maskMath(text)).toBe('a aaaaa *b* $5 and aaaaaaa *e*');
	});

	test('many beginnings without an end are no formulas', () => {
		for (const text of ['$ ', '\\(', '\\[', '$a', '$$a\n\n']) {
			const found = formulas(text.repeat(500));
			expect(found.every((formula) => formula.length < 20)).toBe(true);
		}
	});
});

describe('drawn', () => {
	test('until KaTeX is there nothing is', () => {
		expect(renderMath('x', false)).toBeNull();
	});

	describe('with KaTeX', () => {
		beforeAll(loadMath);

		test('as MathML without style, class or source', () => {
			const html = renderMath('\\frac{a}{b} \\text{for } \\mathbb{R}', true) ?? '';
			expect(html).toMatch(/^<math xmlns="http:\/\/www.w3.org\/1998\/Math\/MathML" display="block">/);
			expect(html).not.toMatch(/style=|class=|annotation|<span/);
		});

		test.each([
			['\\overset{a}{b}', 'ab'],
			['\\begin{cases}a&b\\\\c&d\\end{cases}', 'abcd'],
			['\\boxed{x}', 'x'],
			['\\begin{CD}A @>>> B\\end{CD}', 'AB'],
			['\\xrightarrow{a}', 'a'],
			['\\pmb{x}', 'x']
		])('%s loses nothing', (tex, letters) => {
			const page = document.createElement('div');
			page.innerHTML = renderMath(tex, true) ?? '';
			for (const letter of letters) expect(page.textContent).toContain(letter);
			expect(page.querySelectorAll('math *').length).toBeGreaterThan(0);
			expect(page.querySelector('mi > *, mo > *, mn > *, mtext > *')).toBeNull();
		});

		test.each(['\\frac{a', '\\nosuchcommand', '\\def\\x{\\x\\x}\\x'])('%j is shown as it is', (tex) => {
			expect(renderMath(tex, false)).toBeNull();
		});

		test('what nests too deeply is, too', () => {
			expect(renderMath('{'.repeat(3000), false)).toBeNull();
		});

		test('in text, in place', () => {
			const [block] = documentOf('a $x$ b $\\frac{$ c $y$', { streaming: false, math: true }).blocks;
			expect(block && 'html' in block && block.html).toMatch(/^<p>a <span class="md-math"><math.*x.*<\/math><\/span> b /);
		});
	});
});
