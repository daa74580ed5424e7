import { expect, test } from 'vitest';
import { stored } from './stored.testing';
import { branchOf } from './tree';

test('a branch knows its neighbours', () => {
	const middle = stored('b', { siblings: ['a', 'b', 'c'] });
	expect(branchOf(middle)).toEqual({ index: 1, count: 3, previous: 'a', next: 'c' });
	expect(branchOf(stored('x'))).toEqual({ index: 0, count: 1, previous: null, next: null });
	expect(branchOf(stored('x', { siblings: [] }))).toEqual({ index: 0, count: 1, previous: null, next: null });
});
