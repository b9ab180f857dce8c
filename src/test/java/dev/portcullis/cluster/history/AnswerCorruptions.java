package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Plants false acks and effects. Each method returns false if the history has no place for its fault. */
final class AnswerCorruptions {
    private AnswerCorruptions() {}

    /** Removes the newest message of a room although it was acknowledged. */
    static boolean loseMessage(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.ackAt(i)
                .filter(ack -> copy.entry(ack.room(), ack.at().seq() + 1).isEmpty())
                .filter(ack ->
                        copy.any(j -> showsStored(copy.at(j).event(), ack)).isEmpty())
                .isPresent());
        index.map(copy::ack)
                .ifPresent(ack -> copy.removeAll(moment -> moment.event() instanceof ClientEvent.Delivered delivered
                        && delivered.entry().messageId().equals(ack.messageId())));
        return index.isPresent();
    }

    private static boolean showsStored(ClientEvent event, ClientEvent.Acked ack) {
        return !(event instanceof ClientEvent.Delivered)
                && (event.entries().stream().anyMatch(entry -> entry.messageId().equals(ack.messageId()))
                        || (event instanceof ClientEvent.Joined joined
                                && joined.room().equals(ack.room())
                                && joined.head().seq() >= ack.at().seq()));
    }

    static boolean ackWrongPosition(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> isShown(copy, i));
        index.ifPresent(i -> {
            ClientEvent.Acked ack = copy.ack(i);
            Position wrong = new Position(ack.at().epoch(), ack.at().seq() + 1);
            copy.set(i, new ClientEvent.Acked(ack.room(), ack.id(), ack.messageId(), wrong));
        });
        return index.isPresent();
    }

    /** Replaces the entry after a message by a repetition of that message. */
    static boolean repeatEffect(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.chatAt(i)
                .flatMap(entry -> copy.entry(entry.room(), entry.seq() + 1))
                .filter(entry -> entry.kind().equals(Entry.CHAT))
                .isPresent());
        index.map(copy::entryAt).ifPresent(one -> {
            Entry other = copy.entry(one.room(), one.seq() + 1).orElseThrow();
            copy.removePublication(other);
            copy.rewrite(each ->
                    each.isSameMessageAs(other) ? CorruptedHistory.withContent(each, one.author(), one.body()) : each);
        });
        return index.isPresent();
    }

    static boolean ackDifferently(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyAck();
        index.ifPresent(i -> {
            ClientEvent.Acked ack = copy.ack(i);
            copy.append(copy.at(i), copy.sendOf(i));
            copy.append(
                    copy.at(i),
                    new ClientEvent.Acked(
                            ack.room(),
                            ack.id(),
                            "another",
                            new Position(ack.at().epoch(), 1_000_000)));
        });
        return index.isPresent();
    }

    static boolean ackOtherBody(CorruptedHistory copy) {
        Optional<Integer> index = copy.anyAck();
        index.ifPresent(i -> {
            ClientEvent.Sent sent = copy.sendOf(i);
            copy.append(copy.at(i), new ClientEvent.Sent(sent.room(), sent.kind(), sent.id(), "another body"));
            copy.append(copy.at(i), copy.ack(i));
        });
        return index.isPresent();
    }

    static boolean answerTwice(CorruptedHistory copy) {
        Optional<Integer> index =
                copy.any(i -> copy.ackAt(i).filter(copy::isSentOnce).isPresent());
        index.ifPresent(i -> copy.insertAfter(i, copy.ack(i)));
        return index.isPresent();
    }

    static boolean refuseDelivered(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> isShown(copy, i)
                && copy.isSentOnce(copy.ack(i))
                && copy.sendOf(i).kind().equals(Entry.CHAT));
        index.map(copy::ack)
                .ifPresent(
                        ack -> copy.set(copy.indexOf(ack), new ClientEvent.Refused(ack.room(), ack.id(), "forbidden")));
        return index.isPresent();
    }

    /** Moves the last message of a removed user behind the removal. */
    static boolean acceptRemoved(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.deliveryAt(i)
                .filter(entry -> entry.kind().equals(Entry.REMOVAL))
                .filter(removal -> copy.entry(removal.room(), removal.seq() - 1)
                        .filter(before -> before.author().equals(removal.body()))
                        .isPresent())
                .isPresent());
        index.map(copy::entryAt)
                .ifPresent(removal ->
                        copy.swap(copy.entry(removal.room(), removal.seq() - 1).orElseThrow(), removal));
        return index.isPresent();
    }

    static boolean reverseOrder(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> successor(copy, i).isPresent());
        index.ifPresent(i -> {
            ClientEvent.Acked later = copy.ack(successor(copy, i).orElseThrow());
            copy.swap(
                    copy.entry(later.room(), copy.ack(i).at().seq()).orElseThrow(),
                    copy.entry(later.room(), later.at().seq()).orElseThrow());
        });
        return index.isPresent();
    }

    /** The ack of a later frame of the same connection to the same room. */
    private static Optional<Integer> successor(CorruptedHistory copy, int index) {
        return copy.ackAt(index)
                .filter(ack -> isShown(copy, index) && copy.isSentOnce(ack))
                .flatMap(ack -> copy.any(i -> i > index
                        && copy.at(i).client().equals(copy.at(index).client())
                        && copy.at(i).connection() == copy.at(index).connection()
                        && isShown(copy, i)
                        && copy.ack(i).room().equals(ack.room())
                        && copy.isSentOnce(copy.ack(i))));
    }

    static boolean reuseEpoch(CorruptedHistory copy) {
        List<ClientEvent.Acked> acks = copy.moments().stream()
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
                    .forEach(ack -> copy.set(
                            copy.indexOf(ack),
                            new ClientEvent.Acked(
                                    ack.room(), ack.id(), ack.messageId(), new Position(first, last.seq()))));
        }
        return can;
    }

    /** After a loss, assigns a seq again in the epoch that had used it. */
    static boolean reuseSeq(CorruptedHistory copy) {
        Optional<Integer> index = copy.any(i -> copy.chatAt(i)
                .filter(entry -> copy.otherMessageAt(entry).isPresent())
                .isPresent());
        index.map(copy::entryAt).ifPresent(one -> {
            Entry other = copy.otherMessageAt(one).orElseThrow();
            copy.rewrite(each -> each.at().equals(one.at()) && each.isSameMessageAs(one)
                    ? CorruptedHistory.withPosition(each, other.at())
                    : each);
        });
        return index.isPresent();
    }

    /** Whether a client also received the acknowledged entry. */
    private static boolean isShown(CorruptedHistory copy, int index) {
        return copy.ackAt(index)
                .flatMap(ack -> copy.entry(ack.room(), ack.at().seq()))
                .isPresent();
    }
}
