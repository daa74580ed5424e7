import { describe, expect, test } from 'vitest';
import { documentOf } from './blocks';
import { isTangled } from './tangle';

const TANGLED = {
	quotes: `${'>'.repeat(5000)} x`,
	'quotes with spaces': `${'> '.repeat(200)} x`,
	'lists in one line': `${'- '.repeat(200)} x`,
	lists: Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- item`).join('\n'),
	emphasis: '_a*'.repeat(5000),
	stars: '**'.repeat(5000),
	brackets: '['.repeat(5000),
	tags: '<b>'.repeat(5000),
	'tags in lines': '<div>\n'.repeat(3000)
};

describe('what is tangled', () => {
	test.each(Object.entries(TANGLED))('%s stay text, and cost little', (_, text) => {
		expect(isTangled(text)).toBe(true);
		for (const streaming of [false, true]) {
			const { blocks } = documentOf(`Before.\n\n${text}`, { streaming, math: false });
			expect(blocks).toMatchObject([{ kind: 'code', text: `Before.\n\n${text}` }]);
		}
	});

	test('what was settled before stays, and so does a text that ends otherwise', () => {
		const first = documentOf('One.\n\nTwo.\n\n# Three\n\nFour', { streaming: true, math: false });
		const second = documentOf(`${first.text} ${TANGLED.stars}`, { streaming: true, math: false }, first);
		expect(second.blocks.slice(0, 3)).toEqual(first.blocks.slice(0, 3));
		expect(second.blocks.at(-1)).toMatchObject({ kind: 'code' });
		const third = documentOf(`${second.text}\n`, { streaming: false, math: false }, second);
		expect(third.blocks.slice(0, 3)).toEqual(first.blocks.slice(0, 3));
	});
});

test.each([
	['code', `\`\`\`c\n${'a[i] *= b[j] * c[k];\n'.repeat(500)}\`\`\``],
	['a table', `| a | b |\n|---|---|\n${'| **x** | `y` |\n'.repeat(500)}`],
	['a list', '- **x**: `y` and *z*\n'.repeat(500)],
	['a deep list', Array.from({ length: 12 }, (_, depth) => `${'    '.repeat(depth)}- item`).join('\n')],
	['a mail', `${'> '.repeat(8)}x\n`.repeat(100)],
	['a long text', `${'Some *words* and `code`. '.repeat(100)}\n\n`.repeat(20)]
])('%s is not', (_, text) => expect(isTangled(text)).toBe(false));
