package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Consumer;

/** One subscriber's subscription to a stream. Its state is used on the shard's context only. */
public final class Subscription {
    private final StreamName stream;
    private final UserId user;
    private final DeliveryLoop deliveryLoop;
    private final Subscriber subscriber;
    private final Consumer<Subscription> requestNextPart;
    private Optional<Position> since;
    private Optional<Position> headAtJoin = Optional.empty();
    private Optional<KnownHead> known = Optional.empty();
    private long readSeq;
    private long hidden;
    private int tries;
    private int parts;
    private boolean held;
    private boolean accessAsked;
    private boolean attached;
    private boolean detached;

    /** @param requestNextPart asks for the next part; called on any thread */
    Subscription(
            StreamName stream,
            Optional<Position> since,
            UserId user,
            DeliveryLoop deliveryLoop,
            Subscriber subscriber,
            Consumer<Subscription> requestNextPart) {
        this.stream = stream;
        this.since = since;
        this.user = user;
        this.deliveryLoop = deliveryLoop;
        this.subscriber = subscriber;
        this.requestNextPart = requestNextPart;
    }

    public StreamName stream() {
        return stream;
    }

    /**
     * The position up to which the subscriber has all entries: the position that the client named, or the end of the part before.
     */
    Optional<Position> since() {
        return since;
    }

    UserId user() {
        return user;
    }

    boolean passesBars() {
        return subscriber.passesBars();
    }

    Object client() {
        return subscriber.client();
    }

    boolean followsFew() {
        return subscriber.followsFew();
    }

    /** Tells the client to give up its subscriptions. May be called on any thread. */
    void displace() {
        deliveryLoop.run(subscriber::displaced);
    }

    DeliveryLoop deliveryLoop() {
        return deliveryLoop;
    }

    /** The stream's head, read from the store after this subscription was added. */
    Optional<Position> headAtJoin() {
        return headAtJoin;
    }

    /** Whether the head read from the store is this position or a later one. */
    boolean joinedAtOrAfter(Position position) {
        return headAtJoin
                .filter(head -> head.epoch().equals(position.epoch()) && head.seq() >= position.seq())
                .isPresent();
    }

    /** The user's read mark when they subscribed; 0 if there was none. The subscriber knows it with its first part. */
    public long readSeq() {
        return readSeq;
    }

    /** @param hiddenSeq the highest seq that the stream's retention hides from its readers */
    void setAtJoin(Position head, long read, long hiddenSeq) {
        headAtJoin = Optional.of(head);
        readSeq = read;
        hidden = hiddenSeq;
    }

    /** Whether the subscriber missed entries that no reader is shown any more. */
    boolean missedHidden() {
        return since.filter(from -> headAtJoin
                                .filter(head -> head.epoch().equals(from.epoch()))
                                .isPresent()
                        && from.seq() < hidden)
                .isPresent();
    }

    /** The head was told before this subscription was added, and after its client came. */
    Subscription knowing(KnownHead head) {
        known = Optional.of(head);
        headAtJoin = Optional.of(head.head());
        return this;
    }

    /** Returns, once, the head that was known before, if the subscriber has everything up to there. */
    Optional<KnownHead> takeKnown() {
        Optional<KnownHead> taken =
                known.filter(head -> since.filter(head.head()::equals).isPresent());
        known = Optional.empty();
        return taken;
    }

    /** What the subscriber missed waits from now on, until it is released. */
    Subscription hold() {
        held = true;
        return this;
    }

    void release() {
        held = false;
    }

    boolean isHeld() {
        return held;
    }

    void clearHeadAtJoin() {
        headAtJoin = Optional.empty();
    }

    /** Begins to ask for the user's access. Returns false where an answer is on its way. */
    boolean beginAccess() {
        boolean begins = !accessAsked;
        accessAsked = true;
        return begins;
    }

    void endAccess() {
        accessAsked = false;
    }

    /** Counts a failed try and returns whether another one is allowed. */
    boolean mayRetry(int max) {
        tries++;
        return tries < max;
    }

    boolean isAttached() {
        return attached;
    }

    boolean isDetached() {
        return detached;
    }

    /** Counts a part and returns whether another one is allowed. */
    boolean mayHaveAnotherPart(int max) {
        parts++;
        return parts < max;
    }

    /** @param reached the part's last position in the stream's current epoch; its entries may be of a former one */
    void deliverPart(Slice part, Position reached) {
        since = Optional.of(reached);
        tries = 0;
        deliveryLoop.run(() -> subscriber.part(part, () -> requestNextPart.accept(this)));
    }

    /** Asks whether the subscriber may still subscribe. */
    void confirm() {
        deliveryLoop.run(() -> subscriber.confirm(() -> requestNextPart.accept(this)));
    }

    /** Whether the subscriber may still subscribe, also after it was attached. Completes on the shard's context. */
    Future<Boolean> mayStay(Context shard) {
        Promise<Boolean> answer = Promise.promise();
        deliveryLoop.run(() -> subscriber
                .mayStay()
                .onComplete(
                        stays -> shard.runOnContext(any -> answer.complete(stays)),
                        failure -> shard.runOnContext(any -> answer.fail(failure))));
        return answer.future();
    }

    void attach(Slice missed) {
        attached = true;
        known = Optional.empty();
        deliveryLoop.run(() -> subscriber.attached(missed));
    }

    void fail() {
        detached = true;
        deliveryLoop.run(subscriber::failed);
    }

    void bar() {
        detached = true;
        deliveryLoop.run(subscriber::barred);
    }

    void lostEnd() {
        detached = true;
        deliveryLoop.run(subscriber::lostEnd);
    }

    void detach() {
        detached = true;
    }
}
