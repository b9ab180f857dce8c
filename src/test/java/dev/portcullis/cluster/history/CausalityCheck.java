package dev.portcullis.cluster.history;

import dev.portcullis.cluster.history.Publications.Publication;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An entry follows its causes: it comes after every entry of the room that any client knew before the frame was first
 * sent, and after the earlier frames of its own connection.
 */
final class CausalityCheck {
    private final Publications publications;
    private final ObservedPositions positions;
    private final Findings findings;
    private final IdentityHashMap<Moment, Publication> firstSends = new IdentityHashMap<>();
    private final IdentityHashMap<Moment, Publication> lastSends = new IdentityHashMap<>();
    private final Map<String, Observation> observed = new HashMap<>();
    private final Map<Lane, Observation> finished = new HashMap<>();
    private final Set<Publication> reported = new HashSet<>();

    private CausalityCheck(Publications publications, ObservedPositions positions, Findings findings) {
        this.publications = publications;
        this.positions = positions;
        this.findings = findings;
        for (Publication each : publications.all()) {
            if (!each.sends().isEmpty() && !each.acks().isEmpty()) {
                firstSends.put(each.sends().get(0), each);
                lastSends.put(each.sends().get(each.sends().size() - 1), each);
            }
        }
    }

    static void check(List<Moment> moments, Publications publications, ObservedPositions positions, Findings findings) {
        CausalityCheck causes = new CausalityCheck(publications, positions, findings);
        moments.forEach(causes::apply);
    }

    /** The frames of one connection to one room. */
    private record Lane(String client, int connection, String room) {
        static Lane of(Moment send) {
            return new Lane(send.client(), send.connection(), ((ClientEvent.Sent) send.event()).room());
        }
    }

    private void apply(Moment moment) {
        Publication first = firstSends.get(moment);
        if (first != null) {
            acknowledged(first).ifPresent(ack -> {
                requireAfter(moment, ack, observed.get(ack.entry().room()));
                requireAfter(moment, ack, finished.get(Lane.of(moment)));
            });
        }
        Publication last = lastSends.get(moment);
        if (last != null) {
            acknowledged(last).ifPresent(ack -> keepNewest(finished, Lane.of(moment), ack));
        }
        moment.event().entries().forEach(entry -> keepNewest(observed, entry.room(), new Observation(moment, entry)));
        publications
                .acknowledgedBy(moment)
                .ifPresent(entry -> keepNewest(observed, entry.room(), new Observation(moment, entry)));
    }

    private Optional<Observation> acknowledged(Publication publication) {
        Moment ack = publication.acks().get(0);
        return publications.acknowledgedBy(ack).map(entry -> new Observation(ack, entry));
    }

    private void requireAfter(Moment send, Observation ack, Observation cause) {
        if (cause != null && locate(ack).compareTo(locate(cause)) <= 0 && reported.add(firstSends.get(send))) {
            String what = "seq " + ack.entry().seq() + " was sent when a client already knew seq "
                    + cause.entry().seq();
            findings.add(Fault.CAUSALITY_VIOLATION, what, cause.moment(), send, ack.moment());
        }
    }

    private <K> void keepNewest(Map<K, Observation> map, K key, Observation now) {
        map.merge(key, now, (old, next) -> locate(next).compareTo(locate(old)) > 0 ? next : old);
    }

    private BranchPosition locate(Observation observation) {
        return positions.locate(observation.entry());
    }
}
