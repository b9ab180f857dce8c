package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A copy of a correct history into which faults are planted. */
final class CorruptedHistory {
    private final List<Moment> moments;
    private final Random random;

    CorruptedHistory(List<Moment> good, Random random) {
        this.moments = new ArrayList<>(good);
        this.random = random;
    }

    List<Moment> moments() {
        return List.copyOf(moments);
    }

    Moment at(int index) {
        return moments.get(index);
    }

    /** The index of a random moment that matches. */
    Optional<Integer> any(IntPredicate wanted) {
        int start = random.nextInt(moments.size());
        return IntStream.range(0, moments.size())
                .map(i -> (start + i) % moments.size())
                .filter(wanted)
                .boxed()
                .findFirst();
    }

    Optional<Integer> anyChat() {
        return any(i -> chatAt(i).isPresent());
    }

    Optional<Integer> anyAck() {
        return any(i -> ackAt(i).isPresent());
    }

    /** A random chat delivery that is followed by the next one at the same client. */
    Optional<Integer> anyConsecutive() {
        return any(i -> nextDelivery(i).isPresent());
    }

    Optional<Integer> nextDelivery(int index) {
        return chatAt(index)
                .flatMap(entry -> next(index, entry.room()))
                .filter(next -> chatAt(next).isPresent());
    }

    Optional<Entry> deliveryAt(int index) {
        return at(index).event() instanceof ClientEvent.Delivered delivered
                ? Optional.of(delivered.entry())
                : Optional.empty();
    }

    Optional<Entry> chatAt(int index) {
        return deliveryAt(index).filter(entry -> entry.kind().equals(Entry.CHAT));
    }

    Entry entryAt(int index) {
        return deliveryAt(index).orElseThrow();
    }

    Optional<ClientEvent.Acked> ackAt(int index) {
        return at(index).event() instanceof ClientEvent.Acked ack ? Optional.of(ack) : Optional.empty();
    }

    ClientEvent.Acked ack(int index) {
        return ackAt(index).orElseThrow();
    }

    int indexOf(ClientEvent event) {
        return any(i -> at(i).event() == event).orElseThrow();
    }

    /** The entry with this seq, if a client received it and not only its ack. */
    Optional<Entry> entry(String room, long seq) {
        return moments.stream()
                .flatMap(moment -> moment.event().entries().stream())
                .filter(entry -> entry.room().equals(room) && entry.seq() == seq)
                .findFirst();
    }

    Optional<Entry> entry(String room, Position at) {
        return moments.stream()
                .flatMap(moment -> moment.event().entries().stream())
                .filter(entry -> entry.room().equals(room) && entry.at().equals(at))
                .findFirst();
    }

    /** Another message under the same seq, on another branch of the room. */
    Optional<Entry> otherMessageAt(Entry entry) {
        return moments.stream()
                .flatMap(moment -> moment.event().entries().stream())
                .filter(other -> other.room().equals(entry.room()) && other.seq() == entry.seq())
                .filter(other -> !other.isSameMessageAs(entry))
                .findFirst();
    }

    /** All entries after a seq up to a head, if clients received them in the head's epoch. */
    Optional<List<Entry>> entriesBetween(String room, long after, Position head) {
        List<Entry> all = LongStream.rangeClosed(after + 1, head.seq())
                .mapToObj(seq -> entry(room, new Position(head.epoch(), seq)))
                .flatMap(Optional::stream)
                .toList();
        return all.size() == head.seq() - after ? Optional.of(all) : Optional.empty();
    }

    /** The same client's next delivery, join or leave in this room, or its disconnect. */
    Optional<Integer> next(int index, String room) {
        String client = at(index).client();
        return IntStream.range(index + 1, moments.size())
                .filter(i -> at(i).client().equals(client) && concerns(at(i).event(), room))
                .boxed()
                .findFirst();
    }

    private static boolean concerns(ClientEvent event, String room) {
        return event instanceof ClientEvent.Disconnected
                || (event instanceof ClientEvent.Delivered delivered
                        && delivered.entry().room().equals(room))
                || (event instanceof ClientEvent.Joined joined && joined.room().equals(room))
                || (event instanceof ClientEvent.Left left && left.room().equals(room));
    }

    ClientEvent.Sent sendOf(int ack) {
        return moments.stream()
                .filter(moment -> moment.client().equals(at(ack).client()))
                .filter(moment -> isSend(moment, ack(ack).id()))
                .map(moment -> (ClientEvent.Sent) moment.event())
                .findFirst()
                .orElseThrow();
    }

    boolean isSentOnce(ClientEvent.Acked ack) {
        return moments.stream().filter(moment -> isSend(moment, ack.id())).count() == 1;
    }

    private static boolean isSend(Moment moment, String id) {
        return moment.event() instanceof ClientEvent.Sent sent && sent.id().equals(id);
    }

    /** Whether the entry also occurs in another event. */
    boolean isSeenElsewhere(int index, Entry entry) {
        return any(i -> i != index && at(i).event().entries().stream().anyMatch(entry::isSameMessageAs))
                .isPresent();
    }

    void set(int index, ClientEvent event) {
        moments.set(index, momentLike(at(index), at(index).at(), event));
    }

    void remove(int index) {
        moments.remove(index);
    }

    void removeAll(Predicate<Moment> unwanted) {
        moments.removeIf(unwanted);
    }

    /** Adds an event of the same client directly after this one. */
    void insertAfter(int index, ClientEvent event) {
        moments.add(index + 1, momentLike(at(index), at(index).at(), event));
    }

    /** Adds an event of the same client and connection at the end of the history. */
    void append(Moment like, ClientEvent event) {
        moments.add(momentLike(like, at(moments.size() - 1).at() + 1, event));
    }

    /** Removes the frames that became this entry, and their answers. */
    void removePublication(Entry entry) {
        List<String> ids = moments.stream()
                .filter(moment -> moment.event() instanceof ClientEvent.Sent sent
                        && sent.body().equals(entry.body()))
                .map(moment -> ((ClientEvent.Sent) moment.event()).id())
                .toList();
        removeAll(moment -> (moment.event() instanceof ClientEvent.Sent sent && ids.contains(sent.id()))
                || (moment.event() instanceof ClientEvent.Acked ack && ids.contains(ack.id()))
                || (moment.event() instanceof ClientEvent.Refused refusal && ids.contains(refusal.id())));
    }

    /** Swaps the positions of two messages of a room in all events. */
    void swap(Entry one, Entry other) {
        rewrite(entry -> entry.isSameMessageAs(one)
                ? withPosition(other, entry.at())
                : entry.isSameMessageAs(other) ? withPosition(one, entry.at()) : entry);
        for (int i = 0; i < moments.size(); i++) {
            if (at(i).event() instanceof ClientEvent.Acked ack) {
                moveAck(i, ack, one, other.at());
                moveAck(i, ack, other, one.at());
            }
        }
    }

    private void moveAck(int index, ClientEvent.Acked ack, Entry entry, Position now) {
        if (ack.messageId().equals(entry.messageId())) {
            set(index, new ClientEvent.Acked(ack.room(), ack.id(), ack.messageId(), now));
        }
    }

    /** Replaces entries in all events. */
    void rewrite(UnaryOperator<Entry> change) {
        for (int i = 0; i < moments.size(); i++) {
            ClientEvent event = at(i).event();
            List<Entry> changed = event.entries().stream().map(change).toList();
            if (event instanceof ClientEvent.Delivered) {
                set(i, new ClientEvent.Delivered(changed.get(0)));
            } else if (event instanceof ClientEvent.Joined joined) {
                set(i, withEntries(joined, joined.recovered(), changed));
            } else if (event instanceof ClientEvent.HistoryRead historyRead) {
                set(
                        i,
                        new ClientEvent.HistoryRead(
                                historyRead.room(), historyRead.after(), historyRead.more(), changed));
            }
        }
    }

    static ClientEvent.Joined withEntries(ClientEvent.Joined joined, boolean recovered, List<Entry> entries) {
        return new ClientEvent.Joined(
                joined.room(), joined.requested(), joined.since(), joined.head(), recovered, joined.more(), entries);
    }

    static Entry withPosition(Entry entry, Position at) {
        return new Entry(entry.room(), at, entry.kind(), entry.messageId(), entry.author(), entry.body());
    }

    static Entry withContent(Entry entry, String author, String body) {
        return new Entry(entry.room(), entry.at(), entry.kind(), entry.messageId(), author, body);
    }

    private static Moment momentLike(Moment like, long at, ClientEvent event) {
        return new Moment(at, like.client(), like.user(), like.connection(), event);
    }
}
