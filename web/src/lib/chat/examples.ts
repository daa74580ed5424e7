import { strings } from '$lib/strings';

/** Returns prompts to begin with: the starter model is good at little, and these are of it. */
export function examplesFor(starter: boolean): readonly string[] {
	return starter ? strings.chat.starterExamples : strings.chat.modelExamples;
}
