"""Rules on the ways through the graph: what is forgotten, said twice, or never reached."""

from collections.abc import Iterator

from ros1tree.condition import words
from ros1tree.graph import ways_in
from ros1tree.model import Condition, Node
from ros1tree.proof import Patients, Reach
from ros1tree.review.finding import Draft, intervention_words, node_words


def flow(found: Reach) -> Iterator[Draft]:
    """Yield what is wrong with the ways of patients."""
    for name, node in found.guideline.nodes.items():
        if not found.nodes[name].satisfiable():
            yield Draft(
                "unreachable-node", ("nodes", name),
                f"no patient gets to {node_words(found.guideline, name)}",
                "add a way to it, or remove it", name,
            )  # fmt: skip
            continue
        yield from _decided(found, name, node)
        yield from _dead(found, name, node)
        yield from _ended(found, name, node)


def _whens(node: Node) -> tuple[Condition, ...]:
    return tuple(edge.when for edge in node.next)


def _decided(found: Reach, name: str, node: Node) -> Iterator[Draft]:
    at = ("nodes", name, "next")
    gap = found.gap(name)
    if gap.satisfiable():
        yield Draft(
            "gap", at, f"no branch of '{node.title}' is true",
            "add a branch for these patients, or a silent node that says that nothing is said",
            name, "", gap, ((name, _whens(node)),),
        )  # fmt: skip
    if not found.overlap(name).satisfiable():
        return
    for place, edge in enumerate(node.next):
        for before, other in enumerate(node.next[:place]):
            both = found.edges[name, before] & found.edges[name, place]
            if both.satisfiable():
                yield Draft(
                    "overlap", (*at, place),
                    f"two branches of '{node.title}' are true: to"
                    f" {node_words(found.guideline, other.to)}"
                    f" and to {node_words(found.guideline, edge.to)}",
                    "narrow one of the two, or let the node collect its branches (hit: collect)",
                    name, edge.to, both, ((name, (other.when, edge.when)),),
                )  # fmt: skip


def _dead(found: Reach, name: str, node: Node) -> Iterator[Draft]:
    facts = found.guideline.facts
    for place, edge in enumerate(node.next):
        if not found.edges[name, place].satisfiable():
            yield Draft(
                "dead-edge", ("nodes", name, "next", place),
                f"nobody at {node_words(found.guideline, name)} takes the way to"
                f" {node_words(found.guideline, edge.to)}: {words(edge.when, facts)}",
                "correct its condition, or remove it", name, edge.to,
            )  # fmt: skip
    for place, offer in enumerate(node.offers):
        if not found.offer(name, place).satisfiable():
            yield Draft(
                "dead-offer", ("nodes", name, "offers", place),
                f"nobody at {node_words(found.guideline, name)} is offered"
                f" {intervention_words(found.guideline, offer.intervention)}:"
                f" {words(offer.when, facts)}",
                "correct its condition, or remove it", name,
            )  # fmt: skip
    for place, note in enumerate(node.notes):
        if not found.note(name, place).satisfiable():
            yield Draft(
                "dead-note", ("nodes", name, "notes", place),
                f"a note at {node_words(found.guideline, name)} concerns nobody:"
                f" {words(note.when, facts)}",
                "correct its condition, or remove it", name,
            )  # fmt: skip


def _ended(found: Reach, name: str, node: Node) -> Iterator[Draft]:
    if node.kind in ("decision", "silent"):
        return
    given = (*_whens(node), *(o.when for o in node.offers), *(n.when for n in node.notes))
    left = found.nodes[name] & ~found.space.some(map(found.reader.patients, given))
    if left.satisfiable():
        yield Draft(
            "dead-end", ("nodes", name),
            f"a track ends at {node_words(found.guideline, name)} with nothing offered or noted",
            "lead on from it, offer or note something, or lead to a silent node",
            name, "", left, ((name, given),),
        )  # fmt: skip


def questions(found: Reach) -> Iterator[Draft]:
    """Yield the decisions that are asked too late, or for nothing."""
    onward = _onward(found)
    into = ways_in(found.guideline)
    for name, node in found.guideline.nodes.items():
        here = found.nodes[name]
        if node.kind != "decision" or not here.satisfiable():
            continue
        if _useless(found, onward, name):
            yield Draft(
                "useless-question", ("nodes", name),
                f"whatever the answer to '{node.title}' is, everybody gets the same from there on",
                "lead past it", name, "", here, ((name, ()),),
            )  # fmt: skip
        yield from _late(found, name, into[name])


def _late(found: Reach, name: str, sources: list[str]) -> Iterator[Draft]:
    node = found.guideline.nodes[name]
    read, answers = found.reader.patients, set[str]()
    late: list[tuple[str, int, str]] = []
    for source in sources:
        for place, edge in enumerate(found.guideline.nodes[source].next):
            coming = found.edges[source, place]
            if edge.to != name or not coming.satisfiable():
                continue
            taken = [e for e in node.next if (coming & read(e.when)).satisfiable()]
            answers |= {e.to for e in taken}
            if len(taken) == 1 and not (coming & ~read(taken[0].when)).satisfiable():
                late.append((source, place, taken[0].to))
    if len(answers) < 2:
        return  # then the other branches are dead
    own = ", with what the decision itself offers and notes" if node.offers or node.notes else ""
    for source, place, answer in late:
        edge = found.guideline.nodes[source].next[place]
        yield Draft(
            "late-question", ("nodes", source, "next", place),
            f"coming from {node_words(found.guideline, source)} the answer to '{node.title}'"
            f" is already known: it leads to {node_words(found.guideline, answer)}",
            f"lead from '{source}' straight to '{answer}'{own}",
            source, name, found.edges[source, place], ((source, (edge.when,)),),
        )  # fmt: skip


_Key = tuple[str, ...]
_Gets = dict[_Key, Patients]


def _onward(found: Reach) -> dict[str, _Gets]:
    """Return for every node who would get what from it on, if they were there."""
    gets: dict[str, _Gets] = {}
    read, nobody = found.reader.patients, found.space.nobody
    for name in reversed(list(found.nodes)):
        node = found.guideline.nodes[name]
        own: _Gets = {}
        if node.kind == "silent":
            own["silent", node.title, ""] = found.space.everybody
        for offer in node.offers:
            said = offer.wording or "", offer.because or ""
            key: _Key = "offer", offer.intervention, offer.tier, *said
            own[key] = own.get(key, nobody) | read(offer.when)
        for note in node.notes:
            own["note", note.says, ""] = own.get(("note", note.says, ""), nobody) | read(note.when)
        if node.kind == "decision":
            own["fault", name, ""] = found.fails(name)
        for edge in node.next:
            taken = read(edge.when)
            for further, who in gets.get(edge.to, {}).items():
                own[further] = own.get(further, nobody) | (who & taken)
        gets[name] = own
    return gets


def _useless(found: Reach, onward: dict[str, _Gets], name: str) -> bool:
    """Tell whether all branches that somebody takes give everybody the same, and one is taken."""
    here, nobody = found.nodes[name], found.space.nobody
    node = found.guideline.nodes[name]
    if node.offers or node.notes or (here & found.fails(name)).satisfiable():
        return False
    edges = enumerate(node.next)
    taken = [onward[e.to] for place, e in edges if found.edges[name, place].satisfiable()]
    first, others = taken[0], taken[1:]
    return bool(others) and all(
        not ((first.get(key, nobody) ^ other.get(key, nobody)) & here).satisfiable()
        for other in others
        for key in {*first, *other}
    )
