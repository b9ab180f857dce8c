package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Something that a client did or received. */
public sealed interface ClientEvent {
    <R> R accept(Cases<R> cases);

    /** One line for a person who reads a finding. */
    String describe();

    /** The entries of a room's stream that it contains. */
    default List<Entry> entries() {
        return List.of();
    }

    /** One method for each kind of event. */
    interface Cases<R> {
        R connected(Connected event);

        R disconnected(Disconnected event);

        R joined(Joined event);

        R left(Left event);

        R historyRead(HistoryRead event);

        R delivered(Delivered event);

        R sent(Sent event);

        R acked(Acked event);

        R refused(Refused event);
    }

    /** The server has authenticated a new connection. */
    record Connected(String node) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.connected(this);
        }

        @Override
        public String describe() {
            return "connected to " + node;
        }
    }

    record Disconnected(int code) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.disconnected(this);
        }

        @Override
        public String describe() {
            return "was disconnected (" + code + ")";
        }
    }

    /**
     * @param requested whether it answers a join; otherwise the server reports that the position was lost
     * @param since the position in the join
     */
    record Joined(
            String room,
            boolean requested,
            Optional<Position> since,
            Position head,
            boolean recovered,
            boolean more,
            List<Entry> entries)
            implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.joined(this);
        }

        @Override
        public String describe() {
            return (requested ? "joined " : "lost its position in ") + room
                    + since.map(at -> " since " + ClientEvent.position(at)).orElse("")
                    + " at head " + ClientEvent.position(head) + (recovered ? " recovered " : " not recovered ")
                    + ClientEvent.seqs(entries) + (more ? " and more" : "");
        }
    }

    record Left(String room) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.left(this);
        }

        @Override
        public String describe() {
            return "left " + room;
        }
    }

    /** A page of the history after a seq. */
    record HistoryRead(String room, long after, boolean more, List<Entry> entries) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.historyRead(this);
        }

        @Override
        public String describe() {
            return "read " + room + " after " + after + ": " + ClientEvent.seqs(entries) + (more ? " and more" : "");
        }
    }

    /** A live delivery. */
    record Delivered(Entry entry) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.delivered(this);
        }

        @Override
        public List<Entry> entries() {
            return List.of(entry);
        }

        @Override
        public String describe() {
            return "received in " + entry.room() + ": " + entry.describe();
        }
    }

    /**
     * A frame that publishes, recorded before it is written.
     *
     * @param kind of the entry that the frame should become
     * @param body of the entry that the frame should become
     */
    record Sent(String room, String kind, String id, String body) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.sent(this);
        }

        @Override
        public String describe() {
            return "sent to " + room + " as " + id + ": " + kind + " \"" + body + "\"";
        }
    }

    record Acked(String room, String id, String messageId, Position at) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.acked(this);
        }

        @Override
        public String describe() {
            return "received the ack for " + id + " in " + room + ": " + ClientEvent.position(at) + " " + messageId;
        }
    }

    /** @param reason an error reason of the protocol, or {@code rate_limited} */
    record Refused(String room, String id, String reason) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.refused(this);
        }

        @Override
        public String describe() {
            return "was refused " + id + " in " + room + ": " + reason;
        }
    }

    private static String position(Position at) {
        return "(" + at.epoch() + ", " + at.seq() + ")";
    }

    private static String seqs(List<Entry> entries) {
        return entries.size() > 6
                ? entries.size() + " entries " + entries.get(0).seq() + " to "
                        + entries.get(entries.size() - 1).seq()
                : entries.stream().map(each -> "" + each.seq()).collect(Collectors.joining(", ", "[", "]"));
    }
}
