package dev.portcullis.broadcast;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A user's contribution to streams: an entry of a room, of two inboxes, or of the notifications. */
public sealed interface Publication {
    <R> R accept(Cases<R> cases);

    /** One arm for each kind. */
    interface Cases<R> {
        R message(Message message);

        R event(Event event);

        R amendment(Amendment amendment);

        R removal(Removal removal);

        R detachment(Detachment detachment);

        R notification(Notification notification);
    }

    /** The room or user that it goes to; empty for all users. */
    Optional<Target> to();

    /** The sort of its idempotency key: a frame of another sort may have the same id. */
    String keyType();

    /** The hash of the client's input, so that another input under a used key is a conflict. */
    byte[] hash();

    /** The id under which it is acknowledged, if no entry had its key before: the id of the new entry, but for an amendment. */
    default String acknowledgedAs(String entryId) {
        return entryId;
    }

    /** A new entry for its readers: a message or an event. */
    sealed interface Post extends Publication {
        Target target();

        <R> R fold(Function<Message, R> message, Function<Event, R> event);

        @Override
        default Optional<Target> to() {
            return Optional.of(target());
        }
    }

    /**
     * A message to a room or to one user.
     *
     * @param expiresInMs how long after its time it ends; empty if it stays
     */
    @WireName("Message")
    record Message(
            Target target,
            String content,
            Optional<String> replyTo,
            List<Attachment> attachments,
            Optional<Long> expiresInMs)
            implements Post {
        /** Makes a message that stays. */
        public Message(Target target, String content, Optional<String> replyTo, List<Attachment> attachments) {
            this(target, content, replyTo, attachments, Optional.empty());
        }

        public static Message of(ClientFrame.Chat frame) {
            return new Message(
                    new Target.ToRoom(frame.roomId()),
                    frame.content(),
                    frame.replyTo(),
                    frame.attachments(),
                    frame.expiresInMs());
        }

        public static Message of(ClientFrame.ChatMessage frame) {
            return new Message(
                    new Target.ToUser(frame.recipientId()),
                    frame.content(),
                    frame.replyTo(),
                    frame.attachments(),
                    frame.expiresInMs());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.message(this);
        }

        @Override
        public <R> R fold(Function<Message, R> message, Function<Event, R> event) {
            return message.apply(this);
        }

        @Override
        public String keyType() {
            return target.fold(room -> FrameType.CHAT, user -> FrameType.CHAT_MESSAGE)
                    .id();
        }

        @Override
        public byte[] hash() {
            BodyHash hash = new BodyHash().add(content).add(replyTo.orElse(""));
            attachments.forEach(each -> hash.add(each.kind()).add(each.url()).add(each.name()));
            expiresInMs.ifPresent(ms -> hash.add(Long.toString(ms)));
            return hash.end();
        }

        /** Leaves out the text (CWE-532). */
        @Override
        public String toString() {
            return "Message[" + target + "]";
        }
    }

    /**
     * An event of the application, to a room or to one user. Its data was judged where it came in.
     *
     * @param data the event's data, one JSON value, which is delivered unchanged
     */
    @WireName("Event")
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Event(Target target, String event, byte[] data, byte[] hash) implements Post {
        /** @param sent the data as the client sent it */
        public static Event of(Target target, String event, byte[] data, byte[] sent) {
            return new Event(
                    target, event, data, new BodyHash().add(event).add(sent).end());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.event(this);
        }

        @Override
        public <R> R fold(Function<Message, R> message, Function<Event, R> ofEvent) {
            return ofEvent.apply(this);
        }

        @Override
        public String keyType() {
            return FrameType.EVENT.id();
        }

        /** Leaves out the data (CWE-532). */
        @Override
        public String toString() {
            return "Event[" + target + ", " + event + "]";
        }
    }

    /**
     * An edit or a deletion of a message.
     *
     * @param content the new text; empty for a deletion
     * @param ofAnyAuthor whether messages of other users may be amended too
     */
    @WireName("Amendment")
    record Amendment(Target target, String messageId, Optional<String> content, boolean ofAnyAuthor)
            implements Publication {
        public static Amendment of(ClientFrame.EditMessage frame) {
            return new Amendment(frame.target(), frame.messageId(), Optional.of(frame.content()), false);
        }

        /** @param ofAnyAuthor whether the sender may delete messages of others */
        public static Amendment of(ClientFrame.DeleteMessage frame, boolean ofAnyAuthor) {
            return new Amendment(frame.target(), frame.messageId(), Optional.empty(), ofAnyAuthor);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.amendment(this);
        }

        @Override
        public Optional<Target> to() {
            return Optional.of(target);
        }

        @Override
        public String keyType() {
            return content.map(text -> FrameType.EDIT_MESSAGE)
                    .orElse(FrameType.DELETE_MESSAGE)
                    .id();
        }

        @Override
        public byte[] hash() {
            return new BodyHash().add(messageId).add(content.orElse("")).end(); // no text is empty
        }

        @Override
        public String acknowledgedAs(String entryId) {
            return messageId;
        }

        /** Leaves out the text (CWE-532). */
        @Override
        public String toString() {
            return "Amendment[" + target + ", " + messageId + "]";
        }
    }

    /** Removes a user from a room: bars them and, by the permit, ends their membership, in one step. */
    @WireName("Removal")
    record Removal(RoomId roomId, UserId user, Optional<String> reason) implements Publication {
        public static Removal of(ClientFrame.RemoveUser frame) {
            return new Removal(frame.roomId(), frame.userId(), frame.reason());
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.removal(this);
        }

        @Override
        public Optional<Target> to() {
            return Optional.of(new Target.ToRoom(roomId));
        }

        @Override
        public String keyType() {
            return FrameType.REMOVE_USER.id();
        }

        @Override
        public byte[] hash() {
            return new BodyHash().add(user.value()).add(reason.orElse("")).end();
        }

        /** Leaves out the reason (CWE-532). */
        @Override
        public String toString() {
            return "Removal[" + roomId + ", " + user + "]";
        }
    }

    /**
     * Ends subscriptions to a room, and bars no user: either the sender leaves, and their membership ends by the permit in the same
     * step, or the room was deleted.
     *
     * @param user the user whose subscriptions end; empty for all users
     */
    @WireName("Detachment")
    record Detachment(RoomId roomId, Optional<UserId> user) implements Publication {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.detachment(this);
        }

        @Override
        public Optional<Target> to() {
            return Optional.of(new Target.ToRoom(roomId));
        }

        @Override
        public String keyType() {
            return "detach";
        }

        @Override
        public byte[] hash() {
            return new BodyHash().add(user.map(UserId::value).orElse("")).end();
        }
    }

    /** A notification for every open session. */
    @WireName("Notification")
    record Notification(String content) implements Publication {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.notification(this);
        }

        @Override
        public Optional<Target> to() {
            return Optional.empty();
        }

        @Override
        public String keyType() {
            return FrameType.SYSTEM_BROADCAST.id();
        }

        @Override
        public byte[] hash() {
            return new BodyHash().add(content).end();
        }

        /** Leaves out the text (CWE-532). */
        @Override
        public String toString() {
            return "Notification[]";
        }
    }
}
