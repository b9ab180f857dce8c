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
 * Nothing stands before its cause: a frame takes effect after all that anybody had been told of the room before it was
 * first sent, and after the frames that its own connection had sent before it.
 */
final class Causes {
    private final Publications publications;
    private final Places places;
    private final Findings findings;
    private final IdentityHashMap<Moment, Publication> firstSends = new IdentityHashMap<>();
    private final IdentityHashMap<Moment, Publication> lastSends = new IdentityHashMap<>();
    private final Map<String, Observation> told = new HashMap<>();
    private final Map<Lane, Observation> finished = new HashMap<>();
    private final Set<Publication> late = new HashSet<>();

    private Causes(Publications publications, Places places, Findings findings) {
        this.publications = publications;
        this.places = places;
        this.findings = findings;
        for (Publication each : publications.all()) {
            if (!each.sends().isEmpty() && !each.acks().isEmpty()) {
                firstSends.put(each.sends().get(0), each);
                lastSends.put(each.sends().get(each.sends().size() - 1), each);
            }
        }
    }

    static void check(List<Moment> moments, Publications publications, Places places, Findings findings) {
        Causes causes = new Causes(publications, places, findings);
        moments.forEach(causes::pass);
    }

    /** What one connection sends to one room. */
    private record Lane(String client, int connection, String room) {
        static Lane of(Moment send) {
            return new Lane(send.client(), send.connection(), ((ClientEvent.Sent) send.event()).room());
        }
    }

    private void pass(Moment moment) {
        Publication first = firstSends.get(moment);
        if (first != null) {
            promise(first).ifPresent(ack -> {
                follows(moment, ack, told.get(ack.entry().room()));
                follows(moment, ack, finished.get(Lane.of(moment)));
            });
        }
        Publication last = lastSends.get(moment);
        if (last != null) {
            promise(last).ifPresent(ack -> newest(finished, Lane.of(moment), ack));
        }
        moment.event().entries().forEach(entry -> newest(told, entry.room(), new Observation(moment, entry)));
        publications.promisedBy(moment).ifPresent(entry -> newest(told, entry.room(), new Observation(moment, entry)));
    }

    private Optional<Observation> promise(Publication publication) {
        Moment ack = publication.acks().get(0);
        return publications.promisedBy(ack).map(entry -> new Observation(ack, entry));
    }

    private void follows(Moment send, Observation ack, Observation cause) {
        if (cause != null && spot(ack).compareTo(spot(cause)) <= 0 && late.add(firstSends.get(send))) {
            String what = "seq " + ack.entry().seq() + " was sent after seq "
                    + cause.entry().seq();
            findings.add(Fault.BEFORE_ITS_CAUSE, what, cause.moment(), send, ack.moment());
        }
    }

    private <K> void newest(Map<K, Observation> map, K key, Observation now) {
        map.merge(key, now, (old, next) -> spot(next).compareTo(spot(old)) > 0 ? next : old);
    }

    private Spot spot(Observation observation) {
        return places.spot(observation.entry());
    }
}
