import { expect, test } from 'vitest';
import { partsOf, variablesOf } from './variables';

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
