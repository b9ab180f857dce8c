package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import java.util.Optional;
import java.util.function.Consumer;

/** A member's hold on a stream, by which it is detached. What changes in it is touched on its carrier's context only. */
public final class Subscription {
    private final StreamName stream;
    private final UserId user;
    private final DeliveryLoop delivery;
    private final Subscriber subscriber;
    private final Consumer<Subscription> readOn;
    private Optional<Position> since;
    private Optional<Position> headOfStore = Optional.empty();
    private int tries;
    private int parts;
    private boolean attached;
    private boolean detached;

    /** @param readOn asks for the next part, from anywhere */
    Subscription(
            StreamName stream,
            Optional<Position> since,
            UserId user,
            DeliveryLoop delivery,
            Subscriber subscriber,
            Consumer<Subscription> readOn) {
        this.stream = stream;
        this.since = since;
        this.user = user;
        this.delivery = delivery;
        this.subscriber = subscriber;
        this.readOn = readOn;
    }

    public StreamName stream() {
        return stream;
    }

    /** The place up to which it has missed nothing, as it says or was told in parts. */
    Optional<Position> since() {
        return since;
    }

    UserId user() {
        return user;
    }

    boolean passesBars() {
        return subscriber.passesBars();
    }

    DeliveryLoop outlet() {
        return delivery;
    }

    /** The stream's place after this member began to join, once the store has told it. */
    Optional<Position> headOfStore() {
        return headOfStore;
    }

    /** Whether the store has told of this place, or one behind it. */
    boolean hasStoodAt(Position place) {
        return headOfStore
                .filter(head -> head.epoch().equals(place.epoch()) && head.seq() >= place.seq())
                .isPresent();
    }

    void standsAt(Position head) {
        headOfStore = Optional.of(head);
    }

    void standsNowhere() {
        headOfStore = Optional.empty();
    }

    /** Counts a try that came to nothing; tells whether there may be another. */
    boolean mayRetry(int most) {
        tries++;
        return tries < most;
    }

    boolean isAttached() {
        return attached;
    }

    boolean isDetached() {
        return detached;
    }

    /** Counts those that it was handed; tells whether there may be another. */
    boolean mayHaveAnother(int most) {
        parts++;
        return parts < most;
    }

    /** @param reached the part's last place, as the stream names it now: its entries may be of a former epoch */
    void hand(Slice part, Position reached) {
        since = Optional.of(reached);
        tries = 0;
        delivery.run(() -> subscriber.part(part, () -> readOn.accept(this)));
    }

    void attach(Slice missed) {
        attached = true;
        delivery.run(() -> subscriber.attached(missed));
    }

    void fail() {
        detached = true;
        delivery.run(subscriber::failed);
    }

    void bar() {
        detached = true;
        delivery.run(subscriber::barred);
    }

    void detach() {
        detached = true;
    }
}
