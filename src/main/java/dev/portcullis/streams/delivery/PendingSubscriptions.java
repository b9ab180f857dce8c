package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamReader;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.StreamsConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The subscriptions of one stream that are not attached yet. They are used on the shard's context only.
 *
 * <p>A subscription is attached at the orderer's cursor once all entries up to there are known: from memory, or from a read that
 * memory continues. Until then it waits until the orderer has read more.
 *
 * <p>Missed entries are sent in parts, each after the one before was taken. So a slow reader costs one part, and all
 * that the stream appends meanwhile is read before the subscription is attached.
 *
 * <p>The stream's head and the user's bar are read from the store only after the subscription is registered as pending. So the
 * head at which it is attached includes every entry acknowledged before it came; where the hint of such an entry is still in
 * flight, the subscription waits for it. A bar set before that read is in its answer; a later bar arrives as an entry and removes
 * the subscription. A user who left before that read is not barred, and the entry that tells of it is not delivered any more. The
 * answer says whether any user left lately, and only then the subscriber is asked whether it may still subscribe. Of an inbox, from
 * which no user is barred, the first read of the stream tells its head, or what told it with the client's session.
 *
 * <p>Before the first read of the stream is answered, access is asked for together with it. The orderer delivers what comes behind
 * that read, so a bar between the two would be in neither: access that is older is asked for again.
 *
 * <p>A subscription may be held once all of this is known, as one that waits for its client to take a part: entries that bar its
 * user end it meanwhile.
 */
final class PendingSubscriptions {
    private final Stream stream;
    private final StreamReader reader;
    private final StreamsConfig config;
    private final Backfill backfill;
    private final Subscribers subscribers;
    private final List<Subscription> waiting = new ArrayList<>(0);
    private final List<Subscription> awaitingEntries = new ArrayList<>(0);
    private final Set<Subscription> held = new HashSet<>();
    private Optional<Position> opened = Optional.empty();

    /** The stream of these subscriptions. */
    interface Stream {
        StreamName name();

        /** Whether the stream has a cursor. */
        boolean isOpen();

        Position cursor();

        /** Reads for the first time, unless a read is under way. */
        void open();

        /** Reads from the cursor as soon as the limit on concurrent reads allows. */
        void catchUpSoon();

        void readLater();
    }

    PendingSubscriptions(
            Stream stream, StreamReader reader, StreamsConfig config, Backfill backfill, Subscribers subscribers) {
        this.stream = stream;
        this.reader = reader;
        this.config = config;
        this.backfill = backfill;
        this.subscribers = subscribers;
    }

    boolean hasWaiting() {
        return !waiting.isEmpty() || !awaitingEntries.isEmpty();
    }

    Optional<Position> firstSince() {
        return waiting.get(0).since();
    }

    /** The subscriptions that are registered by now, and resume from there. */
    List<Subscription> waitingFrom(Optional<Position> since) {
        return waiting.stream().filter(each -> each.since().equals(since)).toList();
    }

    /** The head from which the stream can be opened without a read: that of the first subscription, which missed nothing. */
    Optional<KnownHead> takeKnown() {
        return waiting.get(0).takeKnown();
    }

    /** The stream was read for the first time, up to this head. */
    void opened(Position head) {
        opened = Optional.of(head);
    }

    void add(Subscription subscription) {
        subscribers.addPending(subscription);
        nextPart(subscription);
    }

    void nextPart(Subscription subscription) {
        if (stream.isOpen()) {
            proceed(subscription);
        } else {
            waiting.add(subscription);
            stream.open();
            if (!stream.isOpen()
                    && !stream.name().isInbox()
                    && subscription.headAtJoin().isEmpty()) {
                requestAccess(subscription);
            }
        }
    }

    void remove(Subscription subscription) {
        waiting.remove(subscription);
        awaitingEntries.remove(subscription);
        held.remove(subscription);
    }

    /** Delivers what a subscription that was held has missed, now or once it is known. */
    void release(Subscription subscription) {
        subscription.release();
        if (held.remove(subscription)) {
            proceed(subscription);
        }
    }

    void cursorMoved() {
        drain(awaitingEntries).forEach(this::proceed);
    }

    void retryWaiting() {
        cursorMoved();
        drain(waiting).forEach(this::proceed);
    }

    void readFailed() {
        waiting.addAll(drain(awaitingEntries));
        drain(waiting).forEach(this::requeue);
    }

    private void proceed(Subscription subscription) {
        if (!subscription.isDetached()) {
            subscription
                    .headAtJoin()
                    .filter(head -> !isBeforeOpening(head))
                    .ifPresentOrElse(head -> proceed(subscription, head), () -> requestAccess(subscription));
        }
    }

    private void requestAccess(Subscription subscription) {
        if (subscription.beginAccess()) {
            reader.access(stream.name(), subscription.user())
                    .onComplete(
                            access -> {
                                subscription.endAccess();
                                answered(subscription, access);
                            },
                            failure -> {
                                subscription.endAccess();
                                accessFailed(subscription);
                            });
        }
    }

    private void answered(Subscription subscription, Access access) {
        if (subscription.isDetached()) {
            return;
        }
        if (access.barred() && !subscription.passesBars()) {
            waiting.remove(subscription);
            subscribers.bar(subscription);
        } else if (isBeforeOpening(access.head())) {
            retryAccess(subscription);
        } else {
            subscription.setAtJoin(access.head(), access.readSeq(), access.hidden());
            if (access.detached()) { // the user may have left between the permission and the read of the head
                waiting.remove(subscription);
                subscription.confirm();
            } else if (stream.isOpen()) {
                proceed(subscription);
            }
        }
    }

    private void retryAccess(Subscription subscription) {
        if (subscription.mayRetry(config.readTries())) {
            requestAccess(subscription);
        } else {
            subscribers.fail(subscription);
        }
    }

    /** Before the first read, the subscription waits for it, and asks again then. */
    private void accessFailed(Subscription subscription) {
        if (stream.isOpen()) {
            retryLater(subscription);
        }
    }

    private boolean isBeforeOpening(Position head) {
        return opened.filter(first -> first.epoch().equals(head.epoch()) && head.seq() < first.seq())
                .isPresent();
    }

    private void proceed(Subscription subscription, Position head) {
        Position cursor = stream.cursor();
        if (!head.epoch().equals(cursor.epoch())) {
            subscription.clearHeadAtJoin();
            retryAfterRead(subscription);
        } else if (head.seq() > cursor.seq()) {
            awaitingEntries.add(subscription);
            stream.readLater();
        } else if (subscription.isHeld()) {
            held.add(subscription);
        } else {
            sendMissed(subscription);
        }
    }

    /** Memory knows no retention: it may have what ended since. */
    private void sendMissed(Subscription subscription) {
        if (subscription.missedHidden()) {
            deliver(subscription, Backfill.notRecovered(stream.cursor()));
            return;
        }
        backfill.fromMemory(subscription.since(), stream.cursor())
                .ifPresentOrElse(slice -> deliver(subscription, slice), () -> readMissed(subscription));
    }

    private void readMissed(Subscription subscription) {
        Position since = subscription.since().orElseThrow();
        long forgotten = backfill.timesForgotten();
        reader.shared(stream.name(), since)
                .onComplete(
                        slice -> backfill.fromRead(since, slice, stream.cursor(), forgotten)
                                .ifPresentOrElse(
                                        known -> deliver(subscription, known), () -> retryAfterRead(subscription)),
                        failure -> retryLater(subscription));
    }

    /** Delivers missed entries. The number of parts is bounded: a stream that is faster than its reader would be read forever. */
    private void deliver(Subscription subscription, Slice slice) {
        if (!slice.more()) {
            subscribers.attach(subscription, slice);
        } else if (subscription.mayHaveAnotherPart(config.parts())) {
            Position reached =
                    new Position(stream.cursor().epoch(), slice.head().seq());
            subscribers.deliverTo(subscription, slice, reached);
        } else {
            subscribers.attach(subscription, Backfill.notRecovered(stream.cursor()));
        }
    }

    /** Tries the subscription again once the orderer has read more: the read and the cursor are too far apart. */
    private void retryAfterRead(Subscription subscription) {
        requeue(subscription);
        stream.catchUpSoon();
    }

    private void retryLater(Subscription subscription) {
        requeue(subscription);
        stream.readLater();
    }

    private void requeue(Subscription subscription) {
        if (subscription.isDetached()) {
            return;
        }
        if (subscription.mayRetry(config.readTries())) {
            waiting.add(subscription);
        } else {
            subscribers.fail(subscription);
        }
    }

    private static List<Subscription> drain(List<Subscription> subscriptions) {
        List<Subscription> all = List.copyOf(subscriptions);
        subscriptions.clear();
        return all;
    }
}
