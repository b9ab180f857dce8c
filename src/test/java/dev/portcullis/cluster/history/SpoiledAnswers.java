package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Acks that are not kept, and effects that nobody was promised. Each returns whether it found a place to do that. */
final class SpoiledAnswers {
    private SpoiledAnswers() {}

    /** The newest message of a room was acknowledged, and is gone. */
    static boolean lose(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.ackAt(i)
                .filter(ack -> draft.entry(ack.room(), ack.at().seq() + 1).isEmpty())
                .filter(ack ->
                        draft.any(j -> showsAtRest(draft.at(j).event(), ack)).isEmpty())
                .isPresent());
        place.map(draft::ack)
                .ifPresent(ack -> draft.removeAll(moment -> moment.event() instanceof ClientEvent.Heard heard
                        && heard.entry().messageId().equals(ack.messageId())));
        return place.isPresent();
    }

    private static boolean showsAtRest(ClientEvent event, ClientEvent.Acked ack) {
        return !(event instanceof ClientEvent.Heard)
                && (event.entries().stream().anyMatch(entry -> entry.messageId().equals(ack.messageId()))
                        || (event instanceof ClientEvent.Joined joined
                                && joined.room().equals(ack.room())
                                && joined.head().seq() >= ack.at().seq()));
    }

    static boolean misplace(Draft draft) {
        Optional<Integer> place = draft.any(i -> isShown(draft, i));
        place.ifPresent(i -> {
            ClientEvent.Acked ack = draft.ack(i);
            Position wrong = new Position(ack.at().epoch(), ack.at().seq() + 1);
            draft.set(i, new ClientEvent.Acked(ack.room(), ack.id(), ack.messageId(), wrong));
        });
        return place.isPresent();
    }

    /** What stood behind it was never sent: there it is once more. */
    static boolean doTwice(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.chatAt(i)
                .flatMap(entry -> draft.entry(entry.room(), entry.seq() + 1))
                .filter(entry -> entry.kind().equals(Entry.CHAT))
                .isPresent());
        place.map(draft::entryAt).ifPresent(one -> {
            Entry other = draft.entry(one.room(), one.seq() + 1).orElseThrow();
            draft.unsend(other);
            draft.rewrite(each -> each.isSameMessageAs(other) ? Draft.saying(each, one.author(), one.body()) : each);
        });
        return place.isPresent();
    }

    static boolean ackTwice(Draft draft) {
        Optional<Integer> place = draft.anyAck();
        place.ifPresent(i -> {
            ClientEvent.Acked ack = draft.ack(i);
            draft.append(draft.at(i), draft.sendOf(i));
            draft.append(
                    draft.at(i),
                    new ClientEvent.Acked(
                            ack.room(),
                            ack.id(),
                            "another",
                            new Position(ack.at().epoch(), 1_000_000)));
        });
        return place.isPresent();
    }

    static boolean ackOther(Draft draft) {
        Optional<Integer> place = draft.anyAck();
        place.ifPresent(i -> {
            ClientEvent.Sent sent = draft.sendOf(i);
            draft.append(draft.at(i), new ClientEvent.Sent(sent.room(), sent.kind(), sent.id(), "another body"));
            draft.append(draft.at(i), draft.ack(i));
        });
        return place.isPresent();
    }

    static boolean answerTwice(Draft draft) {
        Optional<Integer> place =
                draft.any(i -> draft.ackAt(i).filter(draft::isSentOnce).isPresent());
        place.ifPresent(i -> draft.insertAfter(i, draft.ack(i)));
        return place.isPresent();
    }

    static boolean refuse(Draft draft) {
        Optional<Integer> place = draft.any(i -> isShown(draft, i)
                && draft.isSentOnce(draft.ack(i))
                && draft.sendOf(i).kind().equals(Entry.CHAT));
        place.map(draft::ack)
                .ifPresent(ack ->
                        draft.set(draft.indexOf(ack), new ClientEvent.Refused(ack.room(), ack.id(), "forbidden")));
        return place.isPresent();
    }

    /** Who was removed said something just before: it comes just after. */
    static boolean acceptRemoved(Draft draft) {
        Optional<Integer> place = draft.any(i -> draft.heardAt(i)
                .filter(entry -> entry.kind().equals(Entry.REMOVAL))
                .filter(removal -> draft.entry(removal.room(), removal.seq() - 1)
                        .filter(before -> before.author().equals(removal.body()))
                        .isPresent())
                .isPresent());
        place.map(draft::entryAt)
                .ifPresent(removal -> draft.exchange(
                        draft.entry(removal.room(), removal.seq() - 1).orElseThrow(), removal));
        return place.isPresent();
    }

    static boolean turnOrder(Draft draft) {
        Optional<Integer> place = draft.any(i -> successor(draft, i).isPresent());
        place.ifPresent(i -> {
            ClientEvent.Acked later = draft.ack(successor(draft, i).orElseThrow());
            draft.exchange(
                    draft.entry(later.room(), draft.ack(i).at().seq()).orElseThrow(),
                    draft.entry(later.room(), later.at().seq()).orElseThrow());
        });
        return place.isPresent();
    }

    /** The ack of what the same connection sent to the room later. */
    private static Optional<Integer> successor(Draft draft, int index) {
        return draft.ackAt(index)
                .filter(ack -> isShown(draft, index) && draft.isSentOnce(ack))
                .flatMap(ack -> draft.any(i -> i > index
                        && draft.at(i).client().equals(draft.at(index).client())
                        && draft.at(i).connection() == draft.at(index).connection()
                        && isShown(draft, i)
                        && draft.ack(i).room().equals(ack.room())
                        && draft.isSentOnce(draft.ack(i))));
    }

    static boolean reviveEpoch(Draft draft) {
        List<ClientEvent.Acked> acks = draft.moments().stream()
                .filter(moment -> moment.event() instanceof ClientEvent.Acked ack
                        && ack.room().equals("room-1"))
                .map(moment -> (ClientEvent.Acked) moment.event())
                .sorted(Comparator.comparingLong(ack -> ack.at().seq()))
                .toList();
        if (acks.isEmpty()) {
            return false;
        }
        Position last = acks.get(acks.size() - 1).at();
        String first = acks.get(0).at().epoch();
        boolean can = !first.equals(last.epoch())
                && acks.stream()
                        .anyMatch(ack ->
                                ack.at().seq() < last.seq() && ack.at().epoch().equals(last.epoch()));
        if (can) {
            acks.stream()
                    .filter(ack -> ack.at().equals(last))
                    .forEach(ack -> draft.set(
                            draft.indexOf(ack),
                            new ClientEvent.Acked(
                                    ack.room(), ack.id(), ack.messageId(), new Position(first, last.seq()))));
        }
        return can;
    }

    /** The store forgot, and gives a number once more in the epoch that had it. */
    static boolean giveAgain(Draft draft) {
        Optional<Integer> place = draft.any(i ->
                draft.chatAt(i).filter(entry -> draft.rival(entry).isPresent()).isPresent());
        place.map(draft::entryAt).ifPresent(one -> {
            Entry other = draft.rival(one).orElseThrow();
            draft.rewrite(each ->
                    each.at().equals(one.at()) && each.isSameMessageAs(one) ? Draft.placed(each, other.at()) : each);
        });
        return place.isPresent();
    }

    /** Whether somebody was also told the entry itself. */
    private static boolean isShown(Draft draft, int index) {
        return draft.ackAt(index)
                .flatMap(ack -> draft.entry(ack.room(), ack.at().seq()))
                .isPresent();
    }
}
