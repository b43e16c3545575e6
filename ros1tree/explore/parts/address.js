// The link of what is shown: #try/node-brain?brain_metastases=true. It stands behind the "#", so
// that no server is ever told of a patient.

const MODES = ["read", "try", "review"];

/** Return what a fragment names: mode, place and facts; what it does not name is undefined. */
function readAddress(book, fragment) {
	const [path, query] = split(fragment.replace(/^#/, ""), "?");
	const steps = path.split("/").map(decoded);
	const mode = steps.find((step) => MODES.includes(step));
	const place = steps.find((step) => step && !MODES.includes(step));
	return {
		mode,
		place: place ?? (mode ? "" : undefined),
		given:
			query === undefined
				? undefined
				: [...new URLSearchParams(query)].map(([name, text]) => [name, parsed(book, name, text)]),
	};
}

function split(text, sign) {
	const place = text.indexOf(sign);
	return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}

function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Return a value as it stands in a link, or as --fact takes it; what is no value stays text. */
function parsed(book, name, text) {
	const fact = book.facts.get(name);
	if (fact?.type === "set") return text === "" ? [] : text.split(",");
	if (fact?.type === "boolean" && ["true", "false"].includes(text)) return text === "true";
	const number = fact?.type === "integer" || fact?.type === "number";
	return number && text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** Return the fragment of what is shown. */
function addressOf({ mode, place, facts, refused = [] }) {
	// A link to a node of the guideline tells nobody of the patient who was tried.
	const known = mode === "try" ? [...facts, ...refused] : [];
	const query = new URLSearchParams(known.map(([name, value]) => [name, String(value)]));
	const path = [mode === "read" && place ? "" : mode, place].filter(Boolean).join("/");
	// Commas are as good as their codes, and easier to read.
	const told = String(query).replaceAll("%2C", ",");
	return `#${path}${told ? `?${told}` : ""}`;
}
