import { expect, test } from 'vitest';
import { strings } from '$lib/strings';

test('every page has a name', () => {
	const { label: _, ...pages } = strings.nav;
	expect(new Set(Object.values(pages)).size).toBe(Object.keys(pages).length);
});
