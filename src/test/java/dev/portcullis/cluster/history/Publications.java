package dev.portcullis.cluster.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every frame that publishes, with its sends and answers. */
final class Publications {
    /** Refusals that leave open whether the frame took effect. */
    private static final Set<String> UNKNOWN = Set.of("unavailable", "internal");

    private final Findings findings;
    private final Map<Key, Publication> byKey = new LinkedHashMap<>();
    private final IdentityHashMap<Moment, Entry> acknowledged = new IdentityHashMap<>();

    Publications(List<Moment> moments, Findings findings) {
        this.findings = findings;
        for (Moment moment : moments) {
            if (moment.event() instanceof ClientEvent.Sent sent) {
                at(moment, sent.room(), sent.id()).sends.add(moment);
            } else if (moment.event() instanceof ClientEvent.Acked ack) {
                acked(moment, ack, at(moment, ack.room(), ack.id()));
            } else if (moment.event() instanceof ClientEvent.Refused refusal) {
                refused(moment, refusal, at(moment, refusal.room(), refusal.id()));
            }
        }
    }

    List<Publication> all() {
        return List.copyOf(byKey.values());
    }

    /** The entry that this ack acknowledges. */
    Optional<Entry> acknowledgedBy(Moment ack) {
        return Optional.ofNullable(acknowledged.get(ack));
    }

    private void acked(Moment moment, ClientEvent.Acked ack, Publication publication) {
        publication.acks.add(moment);
        answered(moment, publication).ifPresent(send -> {
            ClientEvent.Sent sent = (ClientEvent.Sent) send.event();
            String author = sent.kind().equals(Entry.CHAT) ? moment.user() : "";
            acknowledged.put(
                    moment, new Entry(ack.room(), ack.at(), sent.kind(), ack.messageId(), author, sent.body()));
        });
    }

    private void refused(Moment moment, ClientEvent.Refused refusal, Publication publication) {
        Optional<Moment> send = answered(moment, publication);
        if (!UNKNOWN.contains(refusal.reason())) {
            send.ifPresent(publication.refused::add);
        }
    }

    /** The send that this answers: the last unanswered one of its connection. */
    private Optional<Moment> answered(Moment answer, Publication publication) {
        Optional<Moment> send = publication.sends.stream()
                .filter(each -> each.client().equals(answer.client()) && each.connection() == answer.connection())
                .filter(each -> !publication.answered.contains(each))
                .reduce((earlier, later) -> later);
        send.ifPresentOrElse(
                publication.answered::add,
                () -> findings.add(Fault.UNEXPECTED_ANSWER, "more answers than sends", answer));
        return send;
    }

    private Publication at(Moment moment, String room, String id) {
        return byKey.computeIfAbsent(new Key(moment.user(), room, id), any -> new Publication());
    }

    /** The key under which the server recognises a repeated frame. */
    private record Key(String user, String room, String id) {}

    /** A frame with all its sends. */
    static final class Publication {
        private final List<Moment> sends = new ArrayList<>(1);
        private final List<Moment> acks = new ArrayList<>(1);
        private final Set<Moment> answered = new HashSet<>(2);
        private final Set<Moment> refused = new HashSet<>(0);

        List<Moment> sends() {
            return sends;
        }

        List<Moment> acks() {
            return acks;
        }

        /** Whether this send was refused with a reason that excludes an effect. */
        boolean isRefused(Moment send) {
            return refused.contains(send);
        }
    }
}
