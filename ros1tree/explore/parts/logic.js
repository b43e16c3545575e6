// Conditions: true, false or unknown (null) for one patient, by strong Kleene logic.
//
// A condition is the number of a test in `book.tests`, or ["all", ...], ["any", ...], ["not", part].
// A patient is a Map from facts to values; a fact that is not in it is unknown.

/** Return the data of a guideline with its named things as Maps: any name is a name like others. */
function opened(data) {
	const book = { ...data };
	for (const key of ["facts", "interventions", "nodes", "statements", "references", "sections"]) {
		book[key] = new Map(data[key]);
	}
	for (const node of book.nodes.values()) {
		Object.assign(node, { next: [], offers: [], notes: [], evidence: [], cites: [], ...node });
		const entries = [...node.next, ...node.offers, ...node.notes];
		for (const entry of entries) Object.assign(entry, { when: ["all"], cites: [], ...entry });
		node.evidence = node.evidence.map((figure) => ({
			unit: null,
			population: null,
			cites: [],
			...figure,
		}));
	}
	return book;
}

function both(truths) {
	return truths.includes(false) ? false : truths.includes(null) ? null : true;
}

function either(truths) {
	return truths.includes(true) ? true : truths.includes(null) ? null : false;
}

function opposite(truth) {
	return truth === null ? null : !truth;
}

/** Tell whether a condition holds for a patient. */
function truth(book, condition, facts) {
	if (typeof condition === "number") {
		const test = book.tests[condition];
		return facts.has(test.fact) ? holds(test, facts.get(test.fact)) : null;
	}
	const [word, ...parts] = condition;
	const truths = parts.map((part) => truth(book, part, facts));
	return word === "not" ? opposite(truths[0]) : word === "all" ? both(truths) : either(truths);
}

/** Tell whether a test holds of a value. */
function holds(test, value) {
	switch (test.kind) {
		case "is":
			return test.values.includes(value);
		case "within":
			return within(test, value);
		case "empty":
			return (value.length === 0) === test.empty;
		case "includes":
			return test.members.every((member) => value.includes(member));
		case "includes_any":
			return test.members.some((member) => value.includes(member));
		case "lacks":
			return !test.members.some((member) => value.includes(member));
	}
	throw new Error(`no test is called ${test.kind}`);
}

function within(test, value) {
	return !(value < test.min) && !(value > test.max) && !(value <= test.above) && !(value >= test.below);
}

/** Return the numbers of the tests of a condition, each once, in its order. */
function testsOf(condition) {
	if (typeof condition === "number") return [condition];
	return [...new Set(condition.slice(1).flatMap(testsOf))];
}

/** Return the facts that a condition asks, each once, in its order. */
function factsOf(book, condition) {
	return [...new Set(testsOf(condition).map((test) => book.tests[test].fact))];
}

/**
 * Return the numbers of the tests that make a condition true or false, each once: of an "any" that
 * holds those parts that hold. What is unknown supports nothing.
 */
function supportOf(book, condition, facts) {
	const held = truth(book, condition, facts);
	if (typeof condition === "number") return held === null ? [] : [condition];
	const [word, ...parts] = condition;
	const decisive = parts.filter((part) => word === "not" || truth(book, part, facts) === held);
	return [...new Set(decisive.flatMap((part) => supportOf(book, part, facts)))];
}
