import { expect, test } from 'vitest';
import { fill, partsOf, variablesOf } from './variables';

test('names come in order, each once', () => {
	expect(variablesOf('{{b}} {{ a }} {{b}} {{größe 2}} {{x-y}}')).toEqual(['b', 'a', 'größe 2', 'x-y']);
});

test.each(['{{}}', '{{ }}', '{a}', '{{a.b}}', '{{-a}}', '{{a}'])('%s is no gap', (body) => {
	expect(variablesOf(body)).toEqual([]);
	expect(fill(body, { a: 'x' })).toBe(body);
});

test('parts joined are the body', () => {
	const body = 'Write {{ what }} in {{language}}.';
	expect(partsOf(body).map((part) => part.variable)).toEqual([null, 'what', null, 'language', null]);
	expect(partsOf(body).map((part) => part.text).join('')).toBe(body);
});

test('gaps are filled, others stay, and a value is never a gap', () => {
	expect(fill('{{a}}-{{ b }}-{{c}}', { a: '{{b}}', b: '$& $1' })).toBe('{{b}}-$& $1-{{c}}');
	expect(fill('{{toString}}', {})).toBe('{{toString}}');
});
