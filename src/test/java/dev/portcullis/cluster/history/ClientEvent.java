package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a client did, or was told. */
public sealed interface ClientEvent {
    <R> R accept(Cases<R> cases);

    /** In a few words, for a person who looks for a fault. */
    String describe();

    /** What it shows of a room's stream. */
    default List<Entry> entries() {
        return List.of();
    }

    /** One arm for each deed. */
    interface Cases<R> {
        R opened(Opened deed);

        R cut(Cut deed);

        R joined(Joined deed);

        R left(Left deed);

        R read(Read deed);

        R heard(Heard deed);

        R sent(Sent deed);

        R acked(Acked deed);

        R refused(Refused deed);
    }

    /** A connection begins: the server has greeted. */
    record Opened(String node) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.opened(this);
        }

        @Override
        public String describe() {
            return "opened a connection to " + node;
        }
    }

    record Cut(int code) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.cut(this);
        }

        @Override
        public String describe() {
            return "was cut off (" + code + ")";
        }
    }

    /**
     * @param asked whether it answers a join; else the server says that it could not keep the place
     * @param since the place that the join named
     */
    record Joined(
            String room,
            boolean asked,
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
            return (asked ? "joined " : "lost its place in ") + room
                    + since.map(at -> " since " + ClientEvent.place(at)).orElse("")
                    + " at head " + ClientEvent.place(head) + (recovered ? " recovered " : " not recovered ")
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

    /** A page of the history after a place. */
    record Read(String room, long after, boolean more, List<Entry> entries) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.read(this);
        }

        @Override
        public String describe() {
            return "read " + room + " after " + after + ": " + ClientEvent.seqs(entries) + (more ? " and more" : "");
        }
    }

    /** A live delivery. */
    record Heard(Entry entry) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.heard(this);
        }

        @Override
        public List<Entry> entries() {
            return List.of(entry);
        }

        @Override
        public String describe() {
            return "heard in " + entry.room() + ": " + entry.describe();
        }
    }

    /**
     * A frame that publishes, noted before it is written.
     *
     * @param kind of the entry that it should become
     * @param body of the entry that it should become
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
            return "got the ack for " + id + " in " + room + ": " + ClientEvent.place(at) + " " + messageId;
        }
    }

    /** @param reason of the protocol's table, or {@code rate_limited} */
    record Refused(String room, String id, String reason) implements ClientEvent {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.refused(this);
        }

        @Override
        public String describe() {
            return "got no ack for " + id + " in " + room + ", but " + reason;
        }
    }

    private static String place(Position at) {
        return "(" + at.epoch() + ", " + at.seq() + ")";
    }

    private static String seqs(List<Entry> entries) {
        return entries.size() > 6
                ? entries.size() + " entries " + entries.get(0).seq() + " to "
                        + entries.get(entries.size() - 1).seq()
                : entries.stream().map(each -> "" + each.seq()).collect(Collectors.joining(", ", "[", "]"));
    }
}
