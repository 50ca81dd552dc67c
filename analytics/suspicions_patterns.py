"""The registry of suspicious patterns: what each asks, what it may mean, what to do, and who looks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics.suspicions_gaps import holes, ramp
from analytics.suspicions_history import History, Seen
from analytics.suspicions_people import cancelled, lowered, paused, reopened, unasked
from analytics.suspicions_times import at_once, bulk, due_by_hand, round_times


@dataclass(frozen=True, eq=False, kw_only=True)
class Pattern:
    """Something a history may show that should be asked about.

    Attributes:
        name: key.
        label: as shown.
        question: what is asked.
        means: what it may mean.
        advice: what to do.
        method: how it is found, with its thresholds.
        cases: what is looked at, in the plural.
        blind: why it could not be looked for, where there is no case.
        finder: looks for it.
    """

    name: str
    label: str
    question: str
    means: str
    advice: str
    method: str
    cases: str
    blind: str
    finder: Callable[[History], Seen]


_ALL = (
    Pattern(
        name="paused",
        label="Pause share by team",
        question="Does one team's clock stand still far more than the others'?",
        means="Its work may need more from customers or suppliers. Or tickets are parked on a pausing status while "
        "they wait for the team itself.",
        advice="Read ten of the tickets with the longest pauses: was the customer asked something, and what?",
        method="Share of the open time of full-resolution clocks that was paused, by the team a clock is credited "
        "to, against all other teams with at least 100 clocks on either side. Told where it is 1.5 times "
        "theirs and 20 points above it (to act on: 2.5 times and 35 points) even at the lower end of the 99.9"
        " % interval.",
        cases="clocks",
        blind="No clock of full resolution was ever paused.",
        finder=paused,
    ),
    Pattern(
        name="unasked",
        label="Paused without asking",
        question="Are tickets put on pending though the customer was not answered?",
        means="The customer may have been asked by phone. Or the pause only stops the clock.",
        advice="Ask the team what it waits for; make a public reply a condition of the status.",
        method='Changes to "pending" with no reply since the customer\'s last message, nor within 15 minutes after. '
        "Told where a team's share is twice that of the others and 20 points above it (to act on: 3 times, 40"
        " points), with at least 20 such pauses.",
        cases="pauses",
        blind="The history tells no replies, or no ticket that waited for the customer.",
        finder=unasked,
    ),
    Pattern(
        name="reopened",
        label="Solved near due, soon reopened",
        question="Are tickets solved shortly before they are due, only to be reopened?",
        means="Haste near the due time makes worse answers. Or tickets are solved to stop the clock.",
        advice="Read the tickets: was there an answer when they were solved? Let the reopened clock go on rather "
        "than restart.",
        method="Tickets solved with 90 % or more of the target used and reopened within 3 days, against those solved"
        " earlier. The share used is that of the moment, judged by the policy. Told where the rate is 1.5 "
        "times that of those solved earlier and 5 points above it (to act on: 3 times, 20 points), with at "
        "least 5 tickets.",
        cases="tickets solved near due",
        blind="No ticket was solved in the last tenth of its target.",
        finder=reopened,
    ),
    Pattern(
        name="lowered",
        label="Priority lowered late",
        question="Are priorities lowered when the time is nearly up?",
        means="Tickets may turn out less urgent as they are understood. Or the target is lengthened because it "
        "would be missed.",
        advice="Ask who may lower a priority, and why it was done so late. In the policy keep the promise: "
        "on_change: {lowered: keep}.",
        method="Lowerings with 80 % or more of the target used, or after the due time with the breach undone by "
        "them; spread evenly one in five would be so at most. Told where it is 1.5 times that and 5 points "
        "above it (to act on: 2.5 times, 30 points), with at least 5 tickets.",
        cases="lowerings",
        blind="The history tells no priority lowered while the clock ran.",
        finder=lowered,
    ),
    Pattern(
        name="cancelled",
        label="Cancelled late",
        question="Are tickets merged, deleted or called spam when the time is nearly up?",
        means="Duplicates may be found late. Or tickets about to breach are taken out of the rates.",
        advice="Read them. In the policy a breach can be kept: after_due: stands.",
        method="Cancelled full-resolution clocks with 80 % or more of the target used; spread evenly one in five "
        "would be so at most. Told by the same limits as priorities lowered late.",
        cases="cancelled clocks",
        blind="No clock was cancelled.",
        finder=cancelled,
    ),
    Pattern(
        name="due",
        label="Due times set by hand",
        question="Does the source give due times that no rule of its own explains?",
        means="A date agreed with the customer, or a stand-in for none. Or a due time moved so that it is kept.",
        advice="Ask who may change a due time, and look at what the tickets say of it.",
        method="Due times whose local time of day is rare in their group (category and priority), and whose distance"
        " from the time of day of creation is, too (within 10 minutes). Only groups of 100 or more of which 95"
        " % follow such a rule are judged; elsewhere nothing can be said. A due time moved by whole days is "
        "not seen. Told from 5 on; to act on from 3 %.",
        cases="due times",
        blind="The source gives no due times, or too irregular ones to tell.",
        finder=due_by_hand,
    ),
    Pattern(
        name="bulk",
        label="Bulk closes",
        question="Were many tickets solved in the same minute?",
        means="The end of an outage, a clean-up, or a script. The times then say when somebody tidied up, not when "
        "the work was done.",
        advice="Find out what was done. If the work was done earlier, leave these clocks out with an exclusion.",
        method="Minutes with at least 20 tickets, and at least 20 times the rate of the busy hours; minutes up to 10"
        " apart are one place. Tickets closed after they had been solved are for the record only, as no clock"
        " stops then. Worth a look from 100 tickets or 1 %; to act on from 10 %.",
        cases="solves and closes",
        blind="The history tells no ticket solved.",
        finder=bulk,
    ),
    Pattern(
        name="at_once",
        label="Done in no time",
        question="Were tickets solved or answered in the second they were opened, or due before they began?",
        means="Work written down after it was done, an automatic answer counted as a reply, or times that were "
        "filled in.",
        advice="Leave automatic answers out of the export, or tell them from replies. Count tickets entered "
        "afterwards apart.",
        method="First solve or first reply within one second of creation: from 5 tickets and 0.1 % on; worth a look "
        "from 1 %; answers to be acted on from 10 %. Due times at or before the beginning: every one.",
        cases="times",
        blind="The history tells neither a solve nor a reply nor a due time.",
        finder=at_once,
    ),
    Pattern(
        name="round",
        label="Round times",
        question="Do times fall on midnight, whole hours or minutes far beyond chance?",
        means="Dates without times, times written down from memory, or a system that keeps no seconds.",
        advice="Look for a field of the export that has the time. Where there are only dates, judge in days.",
        method="By field (opened, solved, first answered; bulk closes left out) with at least 200 times: the coarsest "
        "of midnight, the hour, five minutes and the minute on which 5 % of its local times fall, and 4 times what the "
        "next finer one would give. To act on where half of them are at midnight.",
        cases="times",
        blind="No field has 200 times.",
        finder=round_times,
    ),
    Pattern(
        name="ramp",
        label="Older tickets missing",
        question="Does the history begin with no ticket left from before?",
        means="The export holds tickets opened from a day on, so the backlog of that day is missing. Or the desk "
        "began then.",
        advice="Begin comparisons after these weeks: of what is counted by day solved, of the backlog, and of rates,"
        " as the clocks of older tickets that fell due then are missing too.",
        method="How many solves of older tickets the first weeks should have, from how long tickets take that were "
        "opened in the first half. Told from 20 on, where less than half of them is there. The first weeks "
        "last as long as it takes to solve 90 % of tickets; worth a look where they hold 10 % of all solves.",
        cases="solves",
        blind="The history tells no ticket solved.",
        finder=ramp,
    ),
    Pattern(
        name="holes",
        label="Days missing",
        question="Are there days on which no ticket was opened, or an end with next to none?",
        means="Holidays. Or a file of the export was never imported, or the export was cut.",
        advice="Import the missing time again.",
        method="Days are usual where the same weekday has 5 tickets or more in the four weeks before and in the four"
        " after. Told are 2 or more usual days in a row without any, with 30 tickets missing; worth a look "
        "from 4 days, to act on from 10. And an end of 28 days or more in which no day has a quarter of the "
        "usual tickets.",
        cases="usual days",
        blind="No weekday has 5 tickets or more.",
        finder=holes,
    ),
)

PATTERNS: dict[str, Pattern] = {pattern.name: pattern for pattern in _ALL}
"""In the order of which findings of one severity are listed."""
