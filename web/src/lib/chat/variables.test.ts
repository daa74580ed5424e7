import { expect, test } from 'vitest';
import { clashing, filled, partsOf, variablesOf } from './variables';

test('names come in order, each once', () => {
	expect(variablesOf('{{b}} {{ a }} {{b}} {{größe 2}} {{x-y}}')).toEqual(['b', 'a', 'größe 2', 'x-y']);
});

test.each(['{{}}', '{{ }}', '{a}', '{{a.b}}', '{{-a}}', '{{a}'])('%s is no gap', (body) => {
	expect(variablesOf(body)).toEqual([]);
});

test('parts joined are the body', () => {
	const body = 'Write {{ what }} in {{language}}.';
	expect(partsOf(body).map((part) => part.variable)).toEqual([null, 'what', null, 'language', null]);
	expect(partsOf(body).map((part) => part.text).join('')).toBe(body);
});

test('a gap is filled wherever it stands, and stays where there is nothing for it', () => {
	const values = new Map([
		['a', 'one {{b}}\ntwo $&'],
		['b', '']
	]);
	expect(filled('{{a}}, {{ a }} and {{b}}{{c}}', values)).toBe('one {{b}}\ntwo $&, one {{b}}\ntwo $& and {{b}}{{c}}');
});

test('of an export those clash whose names others have that say something else', () => {
	const here = [
		{ name: 'same', body: 'b', description: '' },
		{ name: 'other', body: 'b', description: '' },
		{ name: 'described', body: 'b', description: 'd' }
	];
	const templates = [
		{ name: 'same', body: 'b' },
		{ name: 'other', body: 'c' },
		{ name: 'described', body: 'b' },
		{ name: 'new', body: 'b' },
		5
	];
	expect(clashing(JSON.stringify({ templates }), here)).toEqual(['other', 'described']);
	for (const source of ['', 'null', '[]', '{}', '{"templates": 5}']) expect(clashing(source, here)).toEqual([]);
});
