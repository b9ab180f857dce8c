package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who follows one stream here, or is about to. Whoever joins is known from the beginning, so that no entry that bars
 * them passes by unseen. On the carrier's context only.
 */
final class Subscribers {
    private final StreamName stream;
    private final Runnable onGone;
    private final Runnable onEmpty;
    private final Map<DeliveryLoop, Integer> deliveries = new LinkedHashMap<>();
    private final Set<Subscription> known = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * @param onGone hears of each who has gone
     * @param onEmpty hears when the last of them has
     */
    Subscribers(StreamName stream, Runnable onGone, Runnable onEmpty) {
        this.stream = stream;
        this.onGone = onGone;
        this.onEmpty = onEmpty;
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    /** From here on a bar meets them. They are handed nothing yet. */
    void addPending(Subscription joiner) {
        known.add(joiner);
    }

    /** They get a part of what they missed, and are expected still. */
    void deliverTo(Subscription joiner, Slice part, Position reached) {
        if (!joiner.isDetached()) {
            joiner.hand(part, reached);
        }
    }

    /** What is delivered from here on is handed to them too. */
    void attach(Subscription joiner, Slice missed) {
        if (!joiner.isDetached()) {
            deliveries.merge(joiner.outlet(), 1, Integer::sum);
            joiner.attach(missed);
        }
    }

    void fail(Subscription joiner) {
        remove(joiner, joiner::fail);
    }

    void bar(Subscription member) {
        remove(member, member::bar);
    }

    void leave(Subscription member) {
        remove(member, member::detach);
    }

    /** Whom an entry bars gets that entry as the last. */
    void deliver(List<StreamEntry> entries) {
        int from = 0;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).bars().isPresent()) {
                deliverTo(entries.subList(from, i + 1));
                bar(entries.get(i).bars().get(), entries.get(i).position());
                from = i + 1;
            }
        }
        deliverTo(from == 0 ? entries : entries.subList(from, entries.size()));
    }

    void lost(Position now) {
        deliveries.keySet().forEach(delivery -> delivery.lost(stream, now));
    }

    Set<UserId> users() {
        return known.stream().map(Subscription::user).collect(Collectors.toSet());
    }

    void bar(UserId user) {
        barAll(member -> member.user().equals(user));
    }

    /** Who was found not barred at that place or behind it was admitted again since. */
    private void bar(UserId user, Position entry) {
        barAll(member -> member.user().equals(user) && !member.hasStoodAt(entry));
    }

    private void barAll(Predicate<Subscription> which) {
        known.stream()
                .filter(member -> !member.passesBars())
                .filter(which)
                .toList()
                .forEach(this::bar);
    }

    /** Who has left already is told nothing any more, though an answer for them may come late. */
    private void remove(Subscription member, Runnable told) {
        if (known.remove(member)) {
            if (member.isAttached()) {
                deliveries.computeIfPresent(member.outlet(), (delivery, count) -> count == 1 ? null : count - 1);
            }
            told.run();
            onGone.run();
            if (known.isEmpty()) {
                onEmpty.run();
            }
        }
    }

    private void deliverTo(List<StreamEntry> entries) {
        if (!entries.isEmpty()) {
            deliveries.keySet().forEach(delivery -> delivery.deliver(stream, entries));
        }
    }
}
