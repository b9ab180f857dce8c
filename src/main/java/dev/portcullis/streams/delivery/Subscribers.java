package dev.portcullis.streams.delivery;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.audit.tracing.TracedStep;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The subscriptions of one stream, attached and pending. A pending subscription is registered from its beginning, so that no
 * entry that bars its user is missed. They are used on the shard's context only.
 */
final class Subscribers {
    private final StreamName stream;
    private final Consumer<Subscription> onRemoved;
    private final Runnable onEmpty;
    private final Map<DeliveryLoop, Integer> attachedPerLoop = new LinkedHashMap<>(2);
    private final Set<Subscription> subscriptions =
            Collections.newSetFromMap(new IdentityHashMap<>(2)); // most streams are inboxes

    Subscribers(StreamName stream, Consumer<Subscription> onRemoved, Runnable onEmpty) {
        this.stream = stream;
        this.onRemoved = onRemoved;
        this.onEmpty = onEmpty;
    }

    int size() {
        return subscriptions.size();
    }

    /** Registers a pending subscription. From here on a bar applies to it. It gets no deliveries yet. */
    void addPending(Subscription subscription) {
        subscriptions.add(subscription);
    }

    /** Sends a part of the missed entries. The subscription stays pending. */
    void deliverTo(Subscription subscription, Slice part, Position reached) {
        if (!subscription.isDetached()) {
            subscription.deliverPart(part, reached);
        }
    }

    /** Attaches a subscription. From here on it gets all deliveries. */
    void attach(Subscription subscription, Slice missed) {
        if (!subscription.isDetached()) {
            attachedPerLoop.merge(subscription.deliveryLoop(), 1, Integer::sum);
            subscription.attach(missed);
        }
    }

    void fail(Subscription subscription) {
        remove(subscription, subscription::fail);
    }

    void bar(Subscription subscription) {
        remove(subscription, subscription::bar);
    }

    void lostEnd(Subscription subscription) {
        remove(subscription, subscription::lostEnd);
    }

    void unsubscribe(Subscription subscription) {
        remove(subscription, subscription::detach);
    }

    /** Delivers entries. The entry that bars a user is the last one that the user gets. */
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

    /** Delivers a frame. Subscriptions that still catch up do not get it. */
    void deliver(TransientFrame frame) {
        attachedPerLoop.keySet().forEach(loop -> loop.deliver(frame));
    }

    void lost(Position now) {
        attachedPerLoop.keySet().forEach(loop -> loop.lost(stream, now));
    }

    Set<UserId> users() {
        return subscriptions.stream().map(Subscription::user).collect(Collectors.toSet());
    }

    List<Subscription> all() {
        return List.copyOf(subscriptions);
    }

    /** Ends the subscriptions of a user who is barred by an entry that is lost. */
    void lostBar(UserId user) {
        matching(subscription ->
                        !subscription.passesBars() && subscription.user().equals(user))
                .forEach(this::lostEnd);
    }

    /**
     * Ends the subscriptions of a barred user. A subscription that joined at this position or later was found not barred then, so
     * the user has been unbarred since.
     */
    private void bar(UserId user, Position entry) {
        if (user.equals(StreamEntry.ALL_USERS)) {
            matching(subscription -> !subscription.joinedAtOrAfter(entry)).forEach(this::bar);
        } else {
            matching(subscription -> !subscription.passesBars()
                            && subscription.user().equals(user)
                            && !subscription.joinedAtOrAfter(entry))
                    .forEach(this::bar);
        }
    }

    private List<Subscription> matching(Predicate<Subscription> matches) {
        return subscriptions.stream().filter(matches).toList();
    }

    /** Removes a subscription. It is not notified afterwards, though an answer for it may come late. */
    private void remove(Subscription subscription, Runnable notification) {
        if (subscriptions.remove(subscription)) {
            if (subscription.isAttached()) {
                attachedPerLoop.computeIfPresent(
                        subscription.deliveryLoop(), (loop, count) -> count == 1 ? null : count - 1);
            }
            notification.run();
            onRemoved.accept(subscription);
            if (subscriptions.isEmpty()) {
                onEmpty.run();
            }
        }
    }

    private void deliverTo(List<StreamEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        attachedPerLoop.keySet().forEach(loop -> loop.deliver(stream, entries));
        ActiveSpan traced = ActiveSpan.current();
        if (traced != null && !attachedPerLoop.isEmpty()) {
            Runnable written = traced.begin(TracedStep.DELIVER, attachedPerLoop.size());
            attachedPerLoop.keySet().forEach(loop -> loop.run(written)); // each runs it after the delivery
        }
    }
}
