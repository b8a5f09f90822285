"""A small protocol that can work, with one of everything, and a way to change it at a path."""

from __future__ import annotations

import copy
from typing import Any

from partnerships.protocol_yaml import parse

SMALL = """\
title: A small protocol
source:
  document: A small document
stages:
  - key: informal
    number: "0"
    name: Between practitioners
    kind: practitioner
    formal: false
    recorded: false
    acts: [practitioner]
    stance: not_told
    clause: D 1
  - key: stage_1
    number: "1"
    name: Managers
    kind: manager
    formal: true
    acts: [lead]
    opens_here: true
    stance: informed
    clause: D 2
  - key: stage_2
    number: "2"
    name: Senior managers
    kind: senior
    formal: true
    acts: [senior]
    tiers:
      - name: Next tier
      - name: Top tier
        acts: [lead, senior]
    stance: informed
    clause: D 3
  - key: stage_3
    number: "3"
    name: Partners
    kind: partnership
    formal: true
    acts: [partner]
    directly_reachable: true
    gates:
      - key: members
        asks: Have the members been engaged?
        clause: D 4
    stance: deciding
    authority:
      kind: decides_or_panel
      by: partner
      panel: panel
      clause: D 4
    clause: D 4
roles:
  - {key: practitioner, name: Practitioner, side: both, capacity: practitioner, clause: D 1}
  - {key: lead, name: Lead, side: both, capacity: lead, clause: D 2}
  - {key: senior, name: Senior manager, side: both, capacity: senior_manager, clause: D 3}
  - {key: nurse, name: Designated Nurse, side: outside, capacity: adviser, clause: D 3}
  - {key: partner, name: Partner, side: partnership, capacity: decision_maker, may_decide: true, clause: D 4}
  - {key: office, name: Office, side: partnership, capacity: partnership_office, clause: D 2}
  - {key: inbox, name: Inbox, side: partnership, capacity: partnership_office, may_see: false, clause: D 2}
  - {key: mediator, name: Mediator, side: outside, capacity: mediator, clause: D 5}
  - {key: stranger, name: Stranger, side: both, capacity: adviser, may_see: false, clause: D 5}
  - {key: raiser, name: Raiser, side: raising, capacity: practitioner, clause: D 1}
time_limits:
  - key: talk
    label: within 5 working days
    purpose: The managers talk
    starts_on: [stage_opened, reopened]
    stops_on: [agreement_recorded]
    stages: [stage_1]
    amount: 5
    held_by: both
    holder: lead
    remind_before: [1]
    clause: D 2
notice_rules:
  - key: started
    "on": [stage_opened]
    when:
      formal: true
    to: [lead, inbox]
    clause: D 2
  - key: passed
    "on": [timescale_passed]
    when:
      time_limits: [talk]
    to: [raising.lead, office]
    clause: D 2
requirements:
  - what: written_confirmation
    stages: [stage_1]
    clause: D 2
signposts:
  - key: danger
    answer: A child is in danger now
    title: Act now
    advice:
      - Ring 999.
    contact: front_door
    danger: true
    clause: D 1
side_processes:
  - key: panel
    kind: panel
    name: Panel
    started_by: [partner]
    stages: [stage_3]
    may_decide: true
    clause: D 4
categories:
  - {key: planning, name: Planning, common: planning, clause: D 1}
flags:
  - {key: stuck, name: Stuck, clause: D 5}
urgency_bands:
  - {key: urgent, name: Urgent, clause: D 1}
child_statuses:
  - {key: plan, name: On a plan, clause: D 1}
agencies:
  - key: hospital
    name: Hospital
    sector: health
    posts:
      - {kind: manager, title: Named nurse}
    clause: D 1
contacts:
  - {key: inbox, role: inbox, name: Inbox, email: office@partnership.example, clause: D 2}
  - {key: front_door, name: Front door, telephone: "999", clause: D 1}
guidance:
  - at: start
    text: Talk first.
    clause: D 1
reporting:
  - sub_group: Learning group
    clause: D 6
"""
PLAIN = parse(SMALL).data
GONE = object()


def small(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The small protocol as plain data. Each change is a path ("stages.1.opens_here") and what is to stand there; a list
    takes a further item at "+", and GONE takes something out."""
    data: Any = copy.deepcopy(PLAIN)
    for path, value in (changes or {}).items():
        *around, last = path.split(".")
        part = data
        for step in around:
            part = part[int(step)] if isinstance(part, list) else part.setdefault(step, {})
        if last == "+":
            part.append(value)
        elif value is GONE:
            del part[int(last) if isinstance(part, list) else last]
        else:
            part[int(last) if isinstance(part, list) else last] = value
    return dict(data)
