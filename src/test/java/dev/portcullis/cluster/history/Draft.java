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

/** A copy of a good history, to be spoiled. */
final class Draft {
    private final List<Moment> moments;
    private final Random random;

    Draft(List<Moment> good, Random random) {
        this.moments = new ArrayList<>(good);
        this.random = random;
    }

    List<Moment> moments() {
        return List.copyOf(moments);
    }

    Moment at(int index) {
        return moments.get(index);
    }

    /** The index of any such moment. */
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

    /** Any delivery after which the same client is given the next one. */
    Optional<Integer> anyNeighbours() {
        return any(i -> neighbourOf(i).isPresent());
    }

    Optional<Integer> neighbourOf(int index) {
        return chatAt(index)
                .flatMap(entry -> next(index, entry.room()))
                .filter(next -> chatAt(next).isPresent());
    }

    Optional<Entry> heardAt(int index) {
        return at(index).event() instanceof ClientEvent.Heard heard ? Optional.of(heard.entry()) : Optional.empty();
    }

    Optional<Entry> chatAt(int index) {
        return heardAt(index).filter(entry -> entry.kind().equals(Entry.CHAT));
    }

    Entry entryAt(int index) {
        return heardAt(index).orElseThrow();
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

    /** What stands at this place, if anybody was told more than an ack of it. */
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

    /** What stood at the place of this entry in another life of the room. */
    Optional<Entry> rival(Entry entry) {
        return moments.stream()
                .flatMap(moment -> moment.event().entries().stream())
                .filter(other -> other.room().equals(entry.room()) && other.seq() == entry.seq())
                .filter(other -> !other.isSameMessageAs(entry))
                .findFirst();
    }

    /** All after a place up to a head, if it was told in the head's epoch. */
    Optional<List<Entry>> stretch(String room, long after, Position head) {
        List<Entry> all = LongStream.rangeClosed(after + 1, head.seq())
                .mapToObj(seq -> entry(room, new Position(head.epoch(), seq)))
                .flatMap(Optional::stream)
                .toList();
        return all.size() == head.seq() - after ? Optional.of(all) : Optional.empty();
    }

    /** What the same client met next in this room, or what took it out of it. */
    Optional<Integer> next(int index, String room) {
        String client = at(index).client();
        return IntStream.range(index + 1, moments.size())
                .filter(i -> at(i).client().equals(client) && touches(at(i).event(), room))
                .boxed()
                .findFirst();
    }

    private static boolean touches(ClientEvent event, String room) {
        return event instanceof ClientEvent.Cut
                || (event instanceof ClientEvent.Heard heard
                        && heard.entry().room().equals(room))
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

    /** Whether anybody else was told this entry. */
    boolean isSeenBeside(int index, Entry entry) {
        return any(i -> i != index && at(i).event().entries().stream().anyMatch(entry::isSameMessageAs))
                .isPresent();
    }

    void set(int index, ClientEvent event) {
        moments.set(index, as(at(index), at(index).at(), event));
    }

    void remove(int index) {
        moments.remove(index);
    }

    void removeAll(Predicate<Moment> unwanted) {
        moments.removeIf(unwanted);
    }

    /** The same client meets this right afterwards. */
    void insertAfter(int index, ClientEvent event) {
        moments.add(index + 1, as(at(index), at(index).at(), event));
    }

    /** The same client, on the same connection, meets this at the very end. */
    void append(Moment like, ClientEvent event) {
        moments.add(as(like, at(moments.size() - 1).at() + 1, event));
    }

    /** Nobody ever sent what became this entry, nor was answered. */
    void unsend(Entry entry) {
        List<String> ids = moments.stream()
                .filter(moment -> moment.event() instanceof ClientEvent.Sent sent
                        && sent.body().equals(entry.body()))
                .map(moment -> ((ClientEvent.Sent) moment.event()).id())
                .toList();
        removeAll(moment -> (moment.event() instanceof ClientEvent.Sent sent && ids.contains(sent.id()))
                || (moment.event() instanceof ClientEvent.Acked ack && ids.contains(ack.id()))
                || (moment.event() instanceof ClientEvent.Refused refusal && ids.contains(refusal.id())));
    }

    /** Two messages of a room trade places, for everybody and in their acks. */
    void exchange(Entry one, Entry other) {
        rewrite(entry -> entry.isSameMessageAs(one)
                ? placed(other, entry.at())
                : entry.isSameMessageAs(other) ? placed(one, entry.at()) : entry);
        for (int i = 0; i < moments.size(); i++) {
            if (at(i).event() instanceof ClientEvent.Acked ack) {
                acknowledge(i, ack, one, other.at());
                acknowledge(i, ack, other, one.at());
            }
        }
    }

    private void acknowledge(int index, ClientEvent.Acked ack, Entry entry, Position now) {
        if (ack.messageId().equals(entry.messageId())) {
            set(index, new ClientEvent.Acked(ack.room(), ack.id(), ack.messageId(), now));
        }
    }

    /** Everybody was told otherwise. */
    void rewrite(UnaryOperator<Entry> change) {
        for (int i = 0; i < moments.size(); i++) {
            ClientEvent event = at(i).event();
            List<Entry> changed = event.entries().stream().map(change).toList();
            if (event instanceof ClientEvent.Heard) {
                set(i, new ClientEvent.Heard(changed.get(0)));
            } else if (event instanceof ClientEvent.Joined joined) {
                set(i, with(joined, joined.recovered(), changed));
            } else if (event instanceof ClientEvent.Read read) {
                set(i, new ClientEvent.Read(read.room(), read.after(), read.more(), changed));
            }
        }
    }

    static ClientEvent.Joined with(ClientEvent.Joined joined, boolean recovered, List<Entry> entries) {
        return new ClientEvent.Joined(
                joined.room(), joined.asked(), joined.since(), joined.head(), recovered, joined.more(), entries);
    }

    static Entry placed(Entry entry, Position at) {
        return new Entry(entry.room(), at, entry.kind(), entry.messageId(), entry.author(), entry.body());
    }

    static Entry saying(Entry entry, String author, String body) {
        return new Entry(entry.room(), entry.at(), entry.kind(), entry.messageId(), author, body);
    }

    private static Moment as(Moment like, long at, ClientEvent event) {
        return new Moment(at, like.client(), like.user(), like.connection(), event);
    }
}
