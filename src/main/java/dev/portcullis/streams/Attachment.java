package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import java.util.Optional;
import java.util.function.Consumer;

/** A member's hold on a stream, by which it is detached. What changes in it is touched on its carrier's context only. */
public final class Attachment {
    private final StreamName stream;
    private final UserId user;
    private final Outlet outlet;
    private final Member member;
    private final Consumer<Attachment> readOn;
    private Optional<Position> since;
    private Optional<Position> newest = Optional.empty();
    private int tries;
    private int parts;
    private boolean attached;
    private boolean detached;

    /** @param readOn asks for the next part, from anywhere */
    Attachment(
            StreamName stream,
            Optional<Position> since,
            UserId user,
            Outlet outlet,
            Member member,
            Consumer<Attachment> readOn) {
        this.stream = stream;
        this.since = since;
        this.user = user;
        this.outlet = outlet;
        this.member = member;
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
        return member.passesBars();
    }

    Outlet outlet() {
        return outlet;
    }

    /** The stream's place after this member began to join, once the store has told it. */
    Optional<Position> newest() {
        return newest;
    }

    /** Whether the store has told of this place, or one behind it. */
    boolean hasStoodAt(Position place) {
        return newest.filter(head -> head.epoch().equals(place.epoch()) && head.seq() >= place.seq())
                .isPresent();
    }

    void standsAt(Position head) {
        newest = Optional.of(head);
    }

    void standsNowhere() {
        newest = Optional.empty();
    }

    /** Counts a try that came to nothing; tells whether there may be another. */
    boolean mayTryAgain(int most) {
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
        outlet.run(() -> member.part(part, () -> readOn.accept(this)));
    }

    void attach(Slice missed) {
        attached = true;
        outlet.run(() -> member.attached(missed));
    }

    void fail() {
        detached = true;
        outlet.run(member::failed);
    }

    void bar() {
        detached = true;
        outlet.run(member::barred);
    }

    void detach() {
        detached = true;
    }
}
