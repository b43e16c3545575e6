// What may be known of a patient: which values are allowed, which combinations nobody has.

const LARGEST = 1e15;

/** Tell whether a fact may have a value. */
function accepts(fact, value) {
	switch (fact.type) {
		case "boolean":
			return typeof value === "boolean";
		case "choice":
			return typeof value === "string" && fact.values.some(([name]) => name === value);
		case "set":
			return Array.isArray(value) && value.every((member) => isMember(fact, member));
	}
	return isNumber(fact, value) && (fact.type === "number" || Number.isInteger(value));
}

function isMember(fact, member) {
	return typeof member === "string" && fact.values.some(([name]) => name === member);
}

function isNumber(fact, value) {
	return (
		typeof value === "number" && Math.abs(value) <= LARGEST && !(value < fact.min) && !(value > fact.max)
	);
}

/** Return a value in the one form in which it is kept: of a set each member once, sorted. */
function kept(value) {
	if (Array.isArray(value)) return [...new Set(value)].sort();
	return value === 0 ? 0 : value; // not -0
}

/** Return the facts of a guideline that have a value of their own where none is supplied. */
function defaultsOf(book) {
	const given = [...book.facts].filter(([, fact]) => fact.default !== undefined);
	return given.map(([name, fact]) => [name, kept(fact.default)]).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Sort out what is said of a patient: { facts, problems }. A value of null is unknown.
 *
 * `given` is a list of pairs; each problem has the fact, a message and what to do.
 */
function checked(book, given) {
	const good = [];
	const problems = [];
	for (const [name, value] of given) {
		const fact = book.facts.get(name);
		if (!fact) problems.push({ fact: name, message: "no such fact", remedy: "remove it" });
		else if (value !== null && accepts(fact, value)) good.push([name, kept(value)]);
		else if (value !== null) problems.push(refused(name, fact, value));
	}
	const facts = new Map(good.sort(([a], [b]) => (a < b ? -1 : 1)));
	return { facts, problems: [...problems, ...contradictions(book, facts)] };
}

function refused(name, fact, value) {
	const wrong =
		Array.isArray(value) && fact.type === "set" ? value.filter((m) => !isMember(fact, m)) : [value];
	const told = wrong.map((one) => JSON.stringify(one).slice(0, 60)).join(", ");
	return { fact: name, message: `${told} is not allowed`, remedy: `allowed: ${fact.allowed}` };
}

/** Return each combination that nobody has and that the facts match. */
function contradictions(book, facts) {
	const known = withDefaults(book, facts);
	const matched = book.impossible.filter((rule) => truth(book, rule.when, known) === true);
	return matched.map((rule) => ({
		fact: factsOf(book, rule.when).find((name) => facts.has(name)) ?? "",
		facts: factsOf(book, rule.when),
		message: `no patient has this: ${rule.says}`,
		remedy: rule.because ?? "correct one of these facts",
	}));
}

/** Return the known facts together with the defaults of those that are not. */
function withDefaults(book, facts) {
	return new Map([...defaultsOf(book), ...facts]);
}

/** Return what is known as a reader says it: "no brain metastases", "histology squamous". */
function knownWords(book, name, value) {
	const fact = book.facts.get(name);
	if (fact.type === "boolean") return fact.words[String(value)];
	return `${fact.name}${fact.type === "set" ? ":" : ""} ${valueWords(fact, value)}`;
}

function valueWords(fact, value) {
	if (Array.isArray(value)) return value.map((one) => labelOf(fact, one)).join(", ") || "none";
	return labelOf(fact, value);
}

function labelOf(fact, value) {
	if (typeof value === "boolean") return value ? "yes" : "no";
	const found = (fact.values ?? []).find(([name]) => name === value);
	return found ? found[1] : [String(value), fact.unit].filter(Boolean).join(" ");
}
