"""What the file would have one write, as what the form would have one tick, choose or say: pure pairs, in order.

In the words on the right <Part.field> is the label of a field, <one:Part.field=word> one of its choices, <asked:x> a thing
that is asked for, <event:x> what happens, <role:x> a recipient as the form offers it, and <key:x> what is called by a key."""

from __future__ import annotations

TICK = r"(?:Write|write|Put|put)"

REMEDIES: tuple[tuple[str, str], ...] = (
    # Ticks.
    (rf"{TICK} may_decide: true on the role", "Tick <Role.may_decide> on the role"),
    (rf"{TICK} may_decide: true on the panel", "Tick <SideProcess.may_decide> on the panel"),
    (r"Take may_decide: true from the role", "Take the tick from <Role.may_decide> on the role"),
    (r"\b([Tt])ake may_see: false from the role", r"\1ick <Role.may_see> on the role"),
    (r"Put opens_here: true on", "Tick <Stage.opens_here> on"),
    (r"Write recorded: true", "Tick <Stage.recorded>"),
    (r"or write whichever_is_shorter: true if", "or tick <TimeLimit.whichever_is_shorter> if"),
    (r"or write repeats: true on", "or tick <TimeLimit.repeats> on"),
    (r"Leave out may_decide", "Take the tick away from what says that it may"),
    (r"with danger: true, before", "with <Signpost.danger> (ticked), before"),
    # Choices.
    (r"Give it an authority whose kind is .*?\.", "Answer <Stage.authority> with yes."),
    (r"Give it an authority, or", "Answer <Stage.authority> with yes, or"),
    (r"(?<=so )(authority|gates|tiers|opens_here|directly_reachable)(?= has no effect)", r"<Stage.\1>"),
    (r"leave (opens_here|directly_reachable) out", r"take the tick from <Stage.\1>"),
    (r"Leave out directly_reachable", "Take the tick from <Stage.directly_reachable>"),
    (r"(?<=leave )(authority|gates|tiers)(?= out)", r"<Stage.\1>"),
    (r"List the roles that do under acts", "Tick the roles that do"),
    (r"Write by: and the key of the role that has it", "Choose the role that has it under <Authority.by>"),
    (r"Write panel: and the key of a side process", "Choose one under <Authority.panel>"),
    (r"Add a contact with role: \w+", "Add a contact for that role"),
    (
        r"Write side: partnership or outside, or another capacity",
        "Choose <one:Role.side=partnership> or <one:Role.side=outside> under <Role.side>, or change <Role.capacity>",
    ),
    (
        r"Write side: both, raising or receiving, or another capacity",
        "Choose a side under <Role.side>, or change <Role.capacity>",
    ),
    (r"or write kind: partnership", "or choose <one:Stage.kind=partnership> under <Stage.kind>"),
    (r"only at a stage of kind partnership may", "only where <one:Stage.kind=partnership> is chosen may"),
    (r"a role whose side is (\w+)", r"a role that acts for <one:Role.side=\1>"),
    (r"one whose side is both", "one that acts for both sides"),
    (r'is held by (\w+), but "([\w.]+)" is not', r"is held by <one:TimeLimit.held_by=\1>, but <role:\2> is not"),
    (r"Write (\w+\.\w+), or change held_by", r"Choose <role:\1>, or change <TimeLimit.held_by>"),
    (r"Write (a role that .*?), or change held_by", r"Choose \1, or change <TimeLimit.held_by>"),
    (r'so it takes no "\w+\." in front\. Write (\w+)\.', r"so no side of it can be chosen. Choose <role:\1> itself."),
    (r"Write answer: choice, or leave choices out", "Choose <one:Question.answer=choice>, or leave the answers out"),
    (r"List the answers under choices", "List them under <Question.choices>"),
    (
        r": (raising|moving_up|agreeing|deciding|closing) does not happen there",
        r": it is for <one:Question.at=\1>, and that never is there",
    ),
    (r"Write tell_office", "Choose <one:Unanswered.means=tell_office>"),
    (r"it would be moved up, but", "it could be moved up, but"),
    (
        r'nobody can raise as "(\w+)" here\. Add it under raisers',
        r"nobody can raise <one:Raiser.kind=\1> here. Add that way of raising",
    ),
    (r'^"(\w+)" is listed already', r"<one:Raiser.kind=\1> is listed already"),
    (r'Leave "own" out: list', "Take this one out: list"),
    (r'^Permission (\d+) \("(\w+)"\)', r"Permission \1 (<one:Permit.act=\2>)"),
    (r"how often under times, or until when under within", "how often under <Permit.times>, or until when under <Permit.within>"),
    (r"Leave times out", "Leave <Permit.times> empty"),
    (r"or leave raise_within out", "or take <Protocol.raise_within> away"),
    (r"Add raise_within, or leave late out", "Answer <Protocol.raise_within> first, or leave <Condition.late> out"),
    # What is asked for, and how long.
    (r'^"(\w+)" is already asked for', r"<asked:\1> is already asked for"),
    (r'^Requirement "?(\w+)"?', r"What is asked for, <asked:\1>"),
    (r"Add a requirement (\w+)", r"Have <asked:\1> asked for"),
    (r"Give an amount of at least", "Under <TimeLimit.amount> write at least"),
    (r"Give an amount, or", "Say under <TimeLimit.amount>, or"),
    (r"needs an amount of at least (\d+)", r"needs at least \1 under <TimeLimit.amount>"),
    (r"Take out repeats or unanswered", "Take the tick from <TimeLimit.repeats>, or answer <TimeLimit.unanswered> with no"),
    # When.
    (
        r"never starts: nothing cannot happen where it counts\. Write another event under starts_on, or other stages",
        "never starts, because nothing is ticked under <TimeLimit.starts_on>. Tick at least one",
    ),
    (
        r"is never sent: nothing cannot happen under its conditions\. Change what it is on, or its conditions",
        "is never sent, because nothing is ticked under <NoticeRule.on>. Tick at least one",
    ),
    (r"Write another event under starts_on", "Tick something else under <TimeLimit.starts_on>"),
    (r"Change what it is on, or its conditions", "Change when it is sent, or only in which situations"),
    (r'it waits for "(\w+)" to pass', r"it waits for <key:\1> to pass"),
    (r'^Time limits "(\w+)" and "(\w+)" start', r"Clocks <key:\1> and <key:\2> start"),
    (
        r"names (grounds|time limits|side processes) but is on (?:none of their events|nothing that moves up)\. Leave \w+ out",
        r"speaks of \1 and is never sent because of them. Take them away",
    ),
    (r"under on(: )", r"under <NoticeRule.on>\1"),
    # What is there.
    (r"Write one of: .*\.$", "Choose another."),
    (r"None is defined here; add it, or leave this out", "The draft has none. Add one first, or leave this out"),
    (r"or write assumption: with the question instead", "or say what is assumed instead, with the question"),
    (r"write assumption: with the question instead", "say what is assumed instead, with the question"),
    (r"^Another time limit", "Another clock"),
    (r"^Another notice rule", "Another notice"),
    (r'has the key "(\w+)"', r"has the short name “\1”"),
    (r"Write the key of another, or leave it out", "Write the short name of another, or leave it empty"),
    (r"Add (\w+) to the panel's stages", r"Tick <key:\1> on the panel, under <SideProcess.stages>"),
    (r'says "(.*?)" twice under (choices|questions)', r"says “\1” twice under <SideProcess.\2>"),
    (r"can be started by nobody\. List the roles that may under started_by", "can be started by nobody. Tick at least one role"),
    (r"so its choices would never be asked", "so nobody would ever be asked how it ended"),
    (
        r"leaves one choice, which is none\. Write at least two, or leave them out",
        "leaves one thing to choose, which is no choice. Write at least two, or none",
    ),
    (r"Say under when: which", "Say which"),
)
