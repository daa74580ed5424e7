import { render, screen, waitFor } from '@testing-library/svelte';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadMath } from '$lib/chat/math';
import { loadLanguage } from '$lib/chat/highlight';
import { PAYLOADS } from '$lib/chat/payloads.testing';
import Markdown from './Markdown.svelte';

/** What a message may consist of: what Markdown needs, formulas, and our own buttons with their icons. */
const ELEMENTS = new Set(
	(
		'div p span br hr b strong i em u s del ins mark small sub sup kbd samp var abbr cite q code wbr h1 h2 h3 h4 h5 h6 ' +
		'blockquote pre ul ol li dl dt dd table caption thead tbody tfoot tr th td ruby rt rp a img figure figcaption button ' +
		'svg path rect line circle polyline math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom ' +
		'menclose msub msup msubsup munder mover munderover mtable mtr mtd'
	).split(' ')
);
const ATTRIBUTES = /^(?:class|title|alt|align|start|type|role|tabindex|aria-[a-z]+|rel|target|href|src|xmlns|display|display-?style|scriptlevel|math[a-z]+|fence|stretchy|accent|[lr]space|width|height|depth|voffset|minsize|maxsize|row[a-z]+|column[a-z]+|notation|linethickness|viewBox|fill|stroke[a-z-]*|[dxyr]|[xy][12]|r[xy]|c[xy]|points)$/;

function check(page: HTMLElement): void {
	for (const element of page.querySelectorAll('*')) {
		expect(ELEMENTS, element.outerHTML).toContain(element.localName);
		for (const { name, value } of element.attributes) {
			expect(name, element.outerHTML).toMatch(ATTRIBUTES);
			expect(name, element.outerHTML).not.toMatch(/^on/);
			if (name === 'href') expect(value).toMatch(/^(?:https?|mailto):/);
			if (name === 'src') expect(value).toMatch(/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$/);
		}
		if (element.localName === 'a' && element.hasAttribute('href')) {
			expect(element.getAttribute('rel')).toBe('noopener noreferrer');
			expect(element.getAttribute('target')).toBe('_blank');
		}
		expect(element.id).toBe('');
	}
}

describe('nothing that a model writes runs', () => {
	beforeAll(async () => {
		await Promise.all([loadMath(), ...['xml', 'javascript'].map(loadLanguage)]);
	});

	for (const [kind, payloads] of Object.entries(PAYLOADS)) {
		test.each(payloads)(`${kind}: %j`, (payload) => {
			const pwned = vi.fn();
			vi.stubGlobal('pwned', pwned);
			const { container } = render(Markdown, { text: payload });
			check(container);
			// The same from the elements' own text: what is written out is read again by whoever copies it.
			const again = document.createElement('div');
			again.innerHTML = container.innerHTML;
			check(again);
			for (const element of container.querySelectorAll<HTMLElement>('.md *')) {
				if (element.localName !== 'button') element.click?.();
			}
			expect(pwned).not.toHaveBeenCalled();
		});
	}

	test('nor does anything of what is being written', () => {
		for (const payload of Object.values(PAYLOADS).flat()) {
			for (const part of [0.3, 0.6, 0.9]) {
				const { container, unmount } = render(Markdown, {
					text: payload.slice(0, Math.ceil(payload.length * part)),
					streaming: true
				});
				check(container);
				unmount();
			}
		}
	});

	test('classes of our own page are not to be had', () => {
		const { container } = render(Markdown, { text: '<p class="modal overlay">x</p>\n\n<b class="md-math">0</b> $y$' });
		expect(container.querySelector('.modal, .overlay, b.md-math')).toBeNull();
		expect(container.querySelectorAll('.md-math')).toHaveLength(1);
	});

	test('there are enough of them', () => {
		expect(Object.values(PAYLOADS).flat().length).toBeGreaterThan(100);
	});
});

describe('what is shown', () => {
	test('text that the page cannot show as it is meant is shown as it is', () => {
		const { container } = render(Markdown, { text: '<script>alert(1)</script>\n\n<Answer>**yes**</Answer>' });
		expect(container.textContent).toContain('<script>alert(1)</script>');
		expect(container.textContent).toContain('<Answer>yes</Answer>');
		expect(container.querySelector('strong')?.textContent).toBe('yes');
	});

	test('tables, tasks, code and quotes', () => {
		const text = '| a |\n|:-:|\n| b |\n\n- [x] c\n\n```py\nd = 1\n```\n\n> e';
		const { container } = render(Markdown, { text });
		expect(screen.getByRole('cell', { name: 'b' }).getAttribute('align')).toBe('center');
		expect(container.querySelector('.md-task')?.textContent).toMatch(/Done:\s*c/);
		expect(screen.getByRole('figure', { name: 'Code in py' }).querySelector('pre')?.textContent).toBe('d = 1');
		expect(container.querySelector('blockquote')?.textContent?.trim()).toBe('e');
	});

	test('formulas are drawn when KaTeX has come', async () => {
		const { container } = render(Markdown, { text: 'So $x^2$:\n\n$$\ny\n$$' });
		await waitFor(() => expect(container.querySelectorAll('math')).toHaveLength(2));
	});

	test('as a text grows the elements before its end stay', async () => {
		const { container, rerender } = render(Markdown, { text: '# Title\n\n- one\n\nThe e', streaming: true });
		const kept = [container.querySelector('h3'), container.querySelector('ul')];
		await rerender({ text: '# Title\n\n- one\n\nThe **end', streaming: true });
		expect([container.querySelector('h3'), container.querySelector('ul')]).toEqual(kept);
		expect(container.querySelector('h3')).toBe(kept[0]);
		expect(container.querySelector('ul')).toBe(kept[1]);
		expect(container.querySelector('p > strong')?.textContent).toBe('end');
	});
});
