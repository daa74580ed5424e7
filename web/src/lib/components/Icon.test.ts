import Copy from '@lucide/svelte/icons/copy';
import { render } from '@testing-library/svelte';
import { expect, test } from 'vitest';

test('an icon is drawn by the light component, with all its shapes, and no screen reader tells of it', () => {
	const { container } = render(Copy, { size: 16 });
	const svg = container.querySelector('svg')!;
	// Lucide's own has a class of the icon's name as well.
	expect(svg.getAttribute('class')).toBe('lucide-icon');
	expect(svg.getAttribute('width')).toBe('16');
	expect(svg.getAttribute('aria-hidden')).toBe('true');
	expect([...svg.children].map((one) => [one.namespaceURI, one.tagName])).toEqual([
		['http://www.w3.org/2000/svg', 'rect'],
		['http://www.w3.org/2000/svg', 'path']
	]);
	expect(svg.querySelector('rect')?.getAttribute('rx')).toBe('2');
});
