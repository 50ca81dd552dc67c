"""A good policy file, and what is wrong with it when one thing in it is changed."""

GOOD = """\
version: 1
schedules:
  office:
    time_zone: Europe/Stockholm
    hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}
    holidays: {country: GB, subdivision: ENG, closed: [2026-06-19], hours: {2026-12-23: "08:00-12:00"}}
policies:
  - name: gold
    when: {plan: [gold]}
    valid: {from: 2026-01-01}
    schedule: office
    pause_on: {resolution: {pending: customer}}
    targets:
      first_response: {urgent: 30m, default: 4h}
      resolution: 3d
    internal_target: 75%
    objective: {resolution: 95%}
  - name: rest
    schedule: office
    targets: {resolution: 6d}
agreements:
  - {team: engineering, after: support, within: 4h, schedule: office}
exclusions:
  - {when: {category: [outage]}, from: 2026-03-03T10:00, to: 2026-03-03T16:00, reason: Outage, author: Manager}
"""
BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
MERGE_BOMB = "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12))
OLD = "{name: old, when: {plan: gold}, valid: {to: 2025-12-31}, schedule: office, targets: {resolution: 1d}}"
BAD: dict[str, tuple[str, str, int, str]] = {
    # what is wrong: (text to replace, replacement, line, part of the message)
    "key of the file": ("version: 1", "version: 1\nzones: []", 2, "key 'zones' is not known here. Remove it"),
    "key of a policy": ("internal_target", "internal_targt",
        16, "'internal_targt' is not known here. Did you mean 'internal_target'?"),
    "key of a schedule": ("time_zone", "timezone",
        4, "key 'timezone' is not known here. Did you mean 'time_zone'?"),
    "key of an agreement": ("team:", "teams:", 22, "key 'teams' is not known here. Did you mean 'team'?"),
    "key missing": ("    schedule: office\n    pause", "    pause", 8, "policies.0: 'schedule' is missing."),
    "kind": ("      resolution: 3d", "      solution: 3d",
        15, "'solution' is not known here. Did you mean 'resolution'? Expected 'first_response'"),
    "kind of an objective": ("{resolution: 95%}", "{resolutions: 95%}", 17, "Did you mean 'resolution'?"),
    "kind of a pause": ("{resolution: {pending", "{resolutoin: {pending",
        12, "'resolutoin' is not known here. Did you mean 'resolution'?"),
    "attribute": ("when: {plan", "when: {plans", 9, "'plans' is not known here. Did you mean 'plan'?"),
    "schedule": ("    schedule: office\n    targets", "    schedule: offic\n    targets",
        19, "There is no schedule 'offic'. Did you mean 'office'?"),
    "schedule of an agreement": ("4h, schedule: office", "4h, schedule: night",
        22, "agreements.0.schedule: There is no schedule 'night'"),
    "same name": ("name: rest", "name: gold", 18, "policies.1.name: Two policies are called 'gold'."),
    "windows overlap": ('"13:00-17:00"', '"11:00-17:00"', 5, "'08:00-12:00' and '11:00-17:00' overlap."),
    "night into the next day": ('"13:00-17:00"', '"22:00-09:00"',
        5, "The night of mon goes on after the hours of tue"),
    "night into a date": ('hours: {2026-12-23: "08:00-12:00"}', 'hours: {2026-12-23: "20:00-09:00"}',
        6, "holidays.hours.2026-12-23: The night of 2026-12-23"),
    "day twice": ("{mon-fri:", '{fri: "08:00-12:00", mon-fri:',
        5, "hours.mon-fri: fri stands in 'fri' and in 'mon-fri'."),
    "day": ("mon-fri", "mo-fr", 5, "Opening days 'mo-fr' are not known."),
    "window is one time": ('["08:00-12:00", "13:00-17:00"]', "12:30",
        5, "Opening hours '12:30' are not a window."),
    "window is a number": ('["08:00-12:00", "13:00-17:00"]', "[830]",
        5, "the number 830 stands here. Write it in quotes."),
    "window of no time": ("13:00-17:00", "13:00-25:00", 5, "name a time that does not exist"),
    "zone": ("Europe/Stockholm", "Europe/Stokholm",
        4, "office.time_zone: There is no time zone 'Europe/Stokholm'."),
    "country": ("country: GB", "country: XX", 6, "holidays.country: There are no holidays for country 'XX'."),
    "part of a country": ("ENG", "EGN",
        6, "holidays.subdivision: There is no part of GB 'EGN'. Did you mean 'ENG'?"),
    "category of holidays": ("country: GB,", "country: GB, categories: [publik],",
        6, "holidays.categories.0: There is no category"),
    "closed date": ("2026-06-19", "2026-06-31", 6, "closed.0: '2026-06-31' is not a date"),
    "target is a time": ("resolution: 3d", "resolution: 12:30",
        15, "'12:30' is not a duration. Expected a number and a unit"),
    "target is a number": ("resolution: 3d", "resolution: 4", 15, "4 is not a duration."),
    "target is negative": ("default: 4h", "default: -4h",
        14, "first_response.default: '-4h' is not a duration."),
    "target is nothing": ("resolution: 3d", "resolution: 0h", 15, "'0h' is not a sensible target."),
    "target is absurd": ("resolution: 3d", "resolution: 99999d", 15, "'99999d' is not a sensible target."),
    "target has too many digits": ("resolution: 3d", f"resolution: {'9' * 900}d",
        15, "is not a sensible target."),
    "target mixes days and hours": ("resolution: 3d", "resolution: 1d 4h", 15, "'1d 4h' mixes days and hours."),
    "target is blank": ("resolution: 3d", "resolution:", 15, "None is not a duration."),
    "share": ("75%", "75", 16, "internal_target: 75 is not a share."),
    "share of a kind": ("95%", "195%", 17, "objective.resolution: '195%' is not a share."),
    "gap in validity": (
        "  - name: rest\n",
        f"  - {OLD}\n  - name: rest\n",
        10,
        "valid.from: Between 2025-12-31 and 2026-01-01 no policy holds for the tickets of 'gold'.",
    ),
    "ends before it begins": ("{from: 2026-01-01}", "{from: 2026-01-01, to: 2025-01-01}",
        10, "valid.to: The policy ends (2025-01-01)"),
    "date is a number": ("{from: 2026-01-01}", "{from: 20260101}", 10, "20260101 is not a date"),
    "pause": ("pending: customer", "pending: us",
        12, "pending: 'us' is not known here. Expected 'customer' or 'third_party'."),
    "after is keys": ("after: support", "after: {a: b}",
        22, "agreements.0.after: a set of keys stands here. Expected text."),
    "after is a number": ("after: support", "after: [support, 2]",
        22, "after.1: the number 2 stands here. Write it in quotes."),
    "team is a list": ("team: engineering", "team: [a, b]",
        22, "agreements.0.team: a list stands here. Expected text."),
    "when is a word": ("when: {plan: [gold]}", "when: gold",
        9, "'gold' stands here. Expected keys and values."),
    "value is true": ("[gold]", "[gold, true]", 9, "plan.1: true stands here. Write it in quotes."),
    "value is blank": ("    schedule: office\n    pause", "    schedule: office\n    on_change:\n    pause",
        12, "on_change: nothing stands here. Expected keys and values."),
    "policies is no list": ("policies:\n  - name: gold", "policies:\n    name: gold",
        18, "block mapping (from line 1): expected <block end>"),
    "exclusion with an offset": ("to: 2026-03-03T16:00", "to: 2026-03-03T16:00+01:00",
        24, "exclusions.0.to: '2026-03-03T16:00+01:00' has more than a local time."),
    "exclusion reversed": ("to: 2026-03-03T16:00", "to: 2026-03-03T09:00",
        24, "exclusions.0.to: The exclusion ends"),
    "exclusion without reason": ("reason: Outage", 'reason: ""',
        24, "exclusions.0.reason: nothing stands here. Expected text."),
    "cutoff alone": ("objective:", 'cutoff: "17:00"\n    objective:',
        17, "cutoff: cutoff and restart_at go together"),
    "supplied and targets": (
        "    targets: {resolution: 6d}", "    due: supplied\n    targets: {resolution: 6d}",
        20, "policies.1.due: A supplied due time"),
    "version": ("version: 1", "version: 2", 1, "version: the number 2 is not known here. Expected 1."),
    "key twice": ("    objective:", "    schedule: office\n    objective:",
        17, "key 'schedule' stands twice, first on line 11."),
    "key is a list": ("{plan: [gold]}", "{[plan]: gold}", 9, "a key is a list or has keys itself."),
    "key is a number": ("urgent: 30m", "1: 30m",
        14, "first_response.1: the number 1 stands here. Write it in quotes."),
    "tag of python": ("name: gold", "name: !!python/object/apply:os.system [ls]",
        8, "the tag !!python/object/apply:os.system is not read here."),
    "tag of yaml": ("version: 1", 'version: !!int "1"', 1, "the tag !!int is not read here."),
    "tag of its own": ("name: gold", "name: !secret gold", 8, "the tag !secret is not read here."),
    "tab": ("    schedule: office\n    pause", "\tschedule: office\n    pause",
        11, "A tab stands on this line: indent with spaces."),
    "bracket left open": ("when: {plan: [gold]}", "when: {plan: [gold}",
        9, "not valid YAML: expected ',' or ']'"),
    "alias of nothing": ("name: gold", "name: *nobody", 8, "found undefined alias 'nobody'"),
    "alias of itself": ("[gold]", "&a [*a]", 9, "nested too deeply, or in itself."),
    "merge of a word": ("name: gold", "<<: gold", 8, "'<<' takes keys and values from elsewhere."),
    "bomb of aliases": (GOOD, f"a0: &a0 [{'x, ' * 9}]\n{BOMB}",
        1, "its aliases stand for more than 20,000 values."),
    "bomb of merges": (GOOD, f"a0: &a0 {{}}\n{MERGE_BOMB}",
        1, "its aliases stand for more than 20,000 values."),
    "deep list": ("[gold]", "[" * 5000 + "]" * 5000, 9, "nested too deeply."),
    "deep keys": (GOOD, "".join(f"{' ' * n}k:\n" for n in range(1000)), 20, "nested too deeply."),
    "many values": (GOOD, "- x\n" * 30_000, 20_000, "more than 20,000 values stand before this line."),
    "long text": ("reason: Outage", f"reason: {'x' * 2000}",
        24, "a text of 2,000 characters. Expected at most 1,000."),
    "two documents": (GOOD, f"{GOOD}---\n{GOOD}", 25, "expected a single document in the stream"),
    "control character": ("name: gold", "name: gold\x07", 8, "the character U+0007 cannot stand in YAML."),
    "words alone": (GOOD, "just words", 1, "it holds no settings."),
    "a list": (GOOD, "# a list\n- a\n", 2, "it holds no settings."),
    "nothing": (GOOD, "", 1, "it holds no settings."),
}  # fmt: skip
RAW: dict[str, tuple[bytes, int, str]] = {
    "cp1252": (GOOD.replace("rest", "détente").encode("cp1252"), 18, "is not UTF-8 text. Save it as UTF-8."),
    "utf-16": (GOOD.encode("utf-16"), 1, "byte 0 is not UTF-8 text."),
    "binary": (b"PK\x03\x04\x14\x00", 1, "the character U+0003 cannot stand in YAML."),
    "more than 1 MB": (b"# x\n" * 250_001, 1, "it is larger than 1 MB."),
}
