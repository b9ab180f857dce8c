package dev.portcullis.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every frame a client may send, decoded and checked against its schema. */
public sealed interface ClientFrame {
    Envelope envelope();

    default FrameType type() {
        return envelope().type();
    }

    /** How much the frame counts in the limit of its type. */
    default int weight() {
        return 1;
    }

    /** The texts that are searched for attacks. The data of an event are none: signatures would find attacks in any data. */
    default FreeTexts texts() {
        return FreeTexts.NONE;
    }

    <R> R accept(Cases<R> cases);

    /** The fields of every frame, of which the type chose the record. */
    record Envelope(FrameType type, Optional<String> id, Optional<String> csrfToken) {
        @Override
        public String toString() {
            return "Envelope" + id; // without the CSRF token (CWE-532)
        }
    }

    /** One method for each frame, so a new frame breaks the compile wherever it is not handled. */
    interface Cases<R> {
        R auth(Auth frame);

        R tokenRefresh(TokenRefresh frame);

        R join(Join frame);

        R leave(Leave frame);

        R chat(Chat frame);

        R chatMessage(ChatMessage frame);

        R editMessage(EditMessage frame);

        R deleteMessage(DeleteMessage frame);

        R typingIndicator(TypingIndicator frame);

        R read(Read frame);

        R history(History frame);

        R search(Search frame);

        R presence(Presence frame);

        R removeUser(RemoveUser frame);

        R systemBroadcast(SystemBroadcast frame);

        R inboxAck(InboxAck frame);

        R fileUpload(FileUpload frame);

        R ping(Ping frame);

        R healthCheck(HealthCheck frame);

        R event(Event frame);
    }

    /**
     * One room of a join; a frame with a single {@code roomId} holds one of these.
     *
     * @param tail how many of the newest messages are wanted where {@code since} is not exact
     */
    record RoomJoin(RoomId roomId, Optional<Position> since, boolean presence, int tail) {}

    /** A file that a message links to; {@code kind} is {@code image}, {@code file} or {@code audio}. */
    record Attachment(String kind, String url, String name) {}

    /**
     * The texts in a frame that have no form of their own.
     *
     * @param content the text of a message
     * @param fields the names and addresses of files
     * @param reasons the reasons for acts against other users, who may be quoted there
     */
    record FreeTexts(Optional<String> content, List<String> fields, List<String> reasons) {
        private static final FreeTexts NONE = new FreeTexts(Optional.empty(), List.of(), List.of());

        static FreeTexts message(String content, List<Attachment> attachments) {
            List<String> fields = new ArrayList<>(2 * attachments.size());
            attachments.forEach(each -> {
                fields.add(each.name());
                fields.add(each.url());
            });
            return new FreeTexts(Optional.of(content), fields, List.of());
        }
    }

    record Auth(Envelope envelope, String token, Optional<Position> inbox) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.auth(this);
        }

        @Override
        public String toString() {
            return "Auth[" + envelope + "]"; // a token in a log gives its readers a session (CWE-532)
        }
    }

    record TokenRefresh(Envelope envelope, String token) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tokenRefresh(this);
        }

        @Override
        public String toString() {
            return "TokenRefresh[" + envelope + "]"; // as for auth
        }
    }

    record Join(Envelope envelope, List<RoomJoin> rooms) implements ClientFrame {
        /** Each room counts as one join, because each one is answered separately. */
        @Override
        public int weight() {
            return rooms.size();
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.join(this);
        }
    }

    record Leave(Envelope envelope, RoomId roomId) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.leave(this);
        }
    }

    /** @param expiresInMs how long after its time the message ends; empty if it stays */
    record Chat(
            Envelope envelope,
            RoomId roomId,
            String content,
            Optional<String> replyTo,
            List<Attachment> attachments,
            Optional<Long> expiresInMs)
            implements ClientFrame {
        @Override
        public FreeTexts texts() {
            return FreeTexts.message(content, attachments);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.chat(this);
        }
    }

    record ChatMessage(
            Envelope envelope,
            UserId recipientId,
            String content,
            Optional<String> replyTo,
            List<Attachment> attachments,
            Optional<Long> expiresInMs)
            implements ClientFrame {
        @Override
        public FreeTexts texts() {
            return FreeTexts.message(content, attachments);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.chatMessage(this);
        }
    }

    record EditMessage(Envelope envelope, Target target, String messageId, String content) implements ClientFrame {
        @Override
        public FreeTexts texts() {
            return FreeTexts.message(content, List.of());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.editMessage(this);
        }
    }

    record DeleteMessage(Envelope envelope, Target target, String messageId) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.deleteMessage(this);
        }
    }

    record TypingIndicator(Envelope envelope, Target target, boolean isTyping) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.typingIndicator(this);
        }
    }

    record Read(Envelope envelope, RoomId roomId, long seq) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.read(this);
        }
    }

    record History(Envelope envelope, Target target, Optional<Long> before, Optional<Long> after, int limit)
            implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.history(this);
        }
    }

    /** A query is no text for other users, and no character in it means anything but itself. */
    record Search(Envelope envelope, SearchCriteria criteria) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.search(this);
        }
    }

    record Presence(Envelope envelope, RoomId roomId, Optional<UserId> after, int limit) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.presence(this);
        }
    }

    record RemoveUser(Envelope envelope, RoomId roomId, UserId userId, Optional<String> reason) implements ClientFrame {
        @Override
        public FreeTexts texts() {
            return new FreeTexts(Optional.empty(), List.of(), reason.stream().toList());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.removeUser(this);
        }
    }

    record SystemBroadcast(Envelope envelope, String content) implements ClientFrame {
        @Override
        public FreeTexts texts() {
            return FreeTexts.message(content, List.of());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.systemBroadcast(this);
        }
    }

    record InboxAck(Envelope envelope, long inboxSeq) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.inboxAck(this);
        }
    }

    record FileUpload(Envelope envelope, Target target, String name, long size, String mime) implements ClientFrame {
        @Override
        public FreeTexts texts() {
            return new FreeTexts(Optional.empty(), List.of(name, mime), List.of());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.fileUpload(this);
        }
    }

    record Ping(Envelope envelope) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.ping(this);
        }
    }

    record HealthCheck(Envelope envelope) implements ClientFrame {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.healthCheck(this);
        }
    }

    /**
     * An event that the application defines.
     *
     * @param event its name
     * @param sent its data as they came, by which a repetition is known
     * @param data as they go on
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Event(Envelope envelope, Target target, String event, byte[] sent, byte[] data) implements ClientFrame {
        /** @param data one JSON value */
        public Event(Envelope envelope, Target target, String event, byte[] data) {
            this(envelope, target, event, data, data);
        }

        /** The same event with texts that are safe for HTML. */
        public Event madeSafe(byte[] safe) {
            return new Event(envelope, target, event, sent, safe);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.event(this);
        }

        /** Never the data (CWE-532). */
        @Override
        public String toString() {
            return "Event[" + envelope + ", " + target + ", " + event + "]";
        }
    }
}
