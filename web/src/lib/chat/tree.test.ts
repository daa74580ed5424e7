import { expect, test } from 'vitest';
import { stored } from './stored.testing';
import { activePath, below, branchOf, childrenOf, choicesOf, indexed, pathThrough, pathTo, pathWith } from './tree';

/** Two first messages; the first has two answers, the first of them goes on. */
const messages = indexed([
	stored('q1', { siblings: ['q1', 'q2'] }),
	stored('q2', { siblings: ['q1', 'q2'] }),
	stored('a1', { parent: 'q1', siblings: ['a1', 'a2'] }),
	stored('a2', { parent: 'q1', siblings: ['a1', 'a2'] }),
	stored('q3', { parent: 'a1', siblings: ['q3'] }),
	stored('a3', { parent: 'q3', siblings: ['a3'] })
]);
const ids = (found: { id: string }[]) => found.map((message) => message.id);

test('the active path follows the choices, and the newest where there are none', () => {
	expect(ids(activePath(messages))).toEqual(['q2']);
	expect(ids(activePath(messages, new Map([[null, 'q1']])))).toEqual(['q1', 'a2']);
	expect(ids(activePath(messages, new Map([[null, 'q1'], ['q1', 'a1']])))).toEqual(['q1', 'a1', 'q3', 'a3']);
	expect(ids(activePath(messages, new Map([[null, 'gone']])))).toEqual(['q2']);
	expect(activePath(new Map())).toEqual([]);
});

test('choices are read from a path, and those beside it stay', () => {
	const path = pathThrough(messages, 'a1');
	const choices = choicesOf(path);
	expect(ids(activePath(messages, choices))).toEqual(ids(path));
	const moved = choicesOf(pathThrough(messages, 'q2'), choices);
	expect(ids(pathThrough(messages, 'q1', moved))).toEqual(['q1', 'a1', 'q3', 'a3']);
});

test('a path to and through a message', () => {
	expect(ids(pathTo(messages, 'q3'))).toEqual(['q1', 'a1', 'q3']);
	expect(ids(pathThrough(messages, 'a1'))).toEqual(['q1', 'a1', 'q3', 'a3']);
	expect(pathTo(messages, 'gone')).toEqual([]);
	expect(pathThrough(messages, 'gone')).toEqual([]);
	expect(pathTo(messages, null)).toEqual([]);
});

test('children and what is below', () => {
	expect(ids(childrenOf(messages, null))).toEqual(['q1', 'q2']);
	expect(ids(childrenOf(messages, 'q1'))).toEqual(['a1', 'a2']);
	expect(ids(below(messages, 'q1'))).toEqual(['a1', 'q3', 'a3', 'a2']);
	expect(below(messages, 'a3')).toEqual([]);
});

test('a branch knows its neighbours', () => {
	const middle = stored('b', { siblings: ['a', 'b', 'c'] });
	expect(branchOf(middle)).toEqual({ index: 1, count: 3, previous: 'a', next: 'c' });
	expect(branchOf(stored('x'))).toEqual({ index: 0, count: 1, previous: null, next: null });
	expect(branchOf(stored('x', { siblings: [] }))).toEqual({ index: 0, count: 1, previous: null, next: null });
});

test('a new message is chosen; a known one is replaced in place', () => {
	const path = pathThrough(messages, 'a1');
	expect(ids(pathWith(path, stored('a4', { parent: 'q1' })))).toEqual(['q1', 'a4']);
	expect(ids(pathWith(path, stored('q9')))).toEqual(['q9']);
	const changed = stored('a1', { parent: 'q1', content: 'new' });
	expect(pathWith(path, changed)[1]).toBe(changed);
	expect(ids(pathWith(path, changed))).toEqual(ids(path));
	expect(ids(pathWith(path, stored('x', { parent: 'elsewhere' })))).toEqual(ids(path));
});

test('parents that make a circle end the search', () => {
	const circle = indexed([stored('a', { parent: 'b' }), stored('b', { parent: 'a' })]);
	expect(pathTo(circle, 'a')).toHaveLength(2);
	expect(activePath(circle)).toEqual([]);
});

test('five thousand messages in a row are no depth', () => {
	const row = indexed(
		Array.from({ length: 5000 }, (_, at) => stored(`m${at}`, { parent: at ? `m${at - 1}` : null, siblings: [`m${at}`] }))
	);
	expect(activePath(row)).toHaveLength(5000);
	expect(below(row, 'm0')).toHaveLength(4999);
	expect(pathTo(row, 'm4999')).toHaveLength(5000);
});
