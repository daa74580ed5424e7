import { expect, test } from 'vitest';
import type { ModelFile } from '$lib/api/model-types';
import type { Attachment } from '$lib/api/types';
import { blindOf, isPicture } from './pictures';

const file = (media_type: string): Attachment => ({ id: 'att_1', name: 'a', media_type, size_bytes: 1, text_characters: 0 });
const model = (name: string, ...capabilities: string[]) => ({ name, capabilities }) as unknown as ModelFile;

test('a picture is what a browser draws and never runs', () => {
	for (const kind of ['png', 'jpeg', 'webp', 'gif']) expect(isPicture(file(`image/${kind}`))).toBe(true);
	for (const kind of ['image/svg+xml', 'image/x-icon', 'text/html', 'application/pdf', 'IMAGE/PNG, text/html']) {
		expect(isPicture(file(kind))).toBe(false);
	}
});

test('a model sees if it says so, and one that is not there does not', () => {
	const files = [model('blind', 'completion'), model('seeing', 'completion', 'vision')];
	expect(blindOf(['seeing'], files)).toEqual([]);
	expect(blindOf(['blind', 'seeing', 'gone'], files)).toEqual(['blind', 'gone']);
});
