// Runs before anything is drawn, so that a page in a chosen theme does not flash in the other one.
// What is stored is written and checked by src/lib/state/preferences.svelte.ts.
try {
	const kept = JSON.parse(localStorage.getItem('minerva.preferences') ?? '{}');
	if (kept.theme === 'light' || kept.theme === 'dark') document.documentElement.dataset.theme = kept.theme;
	if (kept.textSize === 'large') document.documentElement.dataset.text = kept.textSize;
} catch {
	// Nothing is stored, or nothing that can be read: the system's theme holds.
}
