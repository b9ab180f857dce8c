package dev.portcullis.protocol;

import static dev.portcullis.protocol.Field.AFTER;
import static dev.portcullis.protocol.Field.ATTACHMENTS;
import static dev.portcullis.protocol.Field.BEFORE;
import static dev.portcullis.protocol.Field.CONTENT;
import static dev.portcullis.protocol.Field.CSRF_TOKEN;
import static dev.portcullis.protocol.Field.EPOCH;
import static dev.portcullis.protocol.Field.ID;
import static dev.portcullis.protocol.Field.INBOX;
import static dev.portcullis.protocol.Field.INBOX_SEQ;
import static dev.portcullis.protocol.Field.IS_TYPING;
import static dev.portcullis.protocol.Field.LIMIT;
import static dev.portcullis.protocol.Field.MESSAGE_ID;
import static dev.portcullis.protocol.Field.MIME;
import static dev.portcullis.protocol.Field.NAME;
import static dev.portcullis.protocol.Field.PRESENCE;
import static dev.portcullis.protocol.Field.REASON;
import static dev.portcullis.protocol.Field.RECIPIENT_ID;
import static dev.portcullis.protocol.Field.REPLY_TO;
import static dev.portcullis.protocol.Field.RESUME;
import static dev.portcullis.protocol.Field.ROOMS;
import static dev.portcullis.protocol.Field.ROOM_ID;
import static dev.portcullis.protocol.Field.SEQ;
import static dev.portcullis.protocol.Field.SINCE;
import static dev.portcullis.protocol.Field.SIZE;
import static dev.portcullis.protocol.Field.TIMESTAMP;
import static dev.portcullis.protocol.Field.TOKEN;
import static dev.portcullis.protocol.Field.TYPE;
import static dev.portcullis.protocol.Field.URL;
import static dev.portcullis.protocol.Field.USER_ID;
import static dev.portcullis.protocol.Rule.MAX_INTEGER;

import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.ClientFrame.RoomJoin;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What each type of frame looks like: the schemas once more, as rules. A test holds both to the same answers. */
final class Shapes {
    private static final int ROOM_CONTENT = 1_000;
    private static final int DIRECT_CONTENT = 5_000;
    private static final int DEFAULT_HISTORY = 50;
    private static final int DEFAULT_PRESENCE = 200;

    private static final Rule ROOM = Rule.form(Form::isRoomId);
    private static final Rule USER = Rule.form(Form::isUserId);
    private static final Rule UUID = Rule.form(Form::isUuid);
    private static final Rule SEQUENCE = Rule.integer(0, MAX_INTEGER);
    private static final Rule FILE_NAME = Rule.text(1, 255);
    private static final Rule TOKEN_TEXT = Rule.text(0, 16_384);
    private static final Rule POSITION =
            new Members().require(EPOCH, Rule.form(Form::isEpoch)).require(SEQ, SEQUENCE);
    private static final Rule ATTACHED = Rule.list(
            0,
            10,
            new Members()
                    .require(TYPE, Rule.word(Set.of("image", "file", "audio")))
                    .require(URL, Rule.form(Form::isHttpsUrl, 0, 2_048))
                    .require(NAME, FILE_NAME));
    private static final Rule ONE_TARGET = Shape.exactlyOne(ROOM_ID, RECIPIENT_ID);

    private static final Map<FrameType, Shape> BY_TYPE = new EnumMap<>(FrameType.class);

    static {
        session();
        rooms();
        messages();
        reading();
        others();
    }

    private Shapes() {}

    static Shape of(FrameType type) {
        return Optional.ofNullable(BY_TYPE.get(type)).orElseThrow();
    }

    private static void session() {
        put(
                FrameType.AUTH,
                fields().require(TOKEN, TOKEN_TEXT).allow(RESUME, new Members().require(INBOX, POSITION)),
                s -> new ClientFrame.Auth(
                        envelope(s), s.text(TOKEN), s.objectIn(RESUME).flatMap(resume -> position(resume, INBOX))));
        put(
                FrameType.TOKEN_REFRESH,
                fields().require(TOKEN, TOKEN_TEXT),
                s -> new ClientFrame.TokenRefresh(envelope(s), s.text(TOKEN)));
        put(FrameType.PING, fields(), s -> new ClientFrame.Ping(envelope(s)));
        put(FrameType.HEALTH_CHECK, fields(), s -> new ClientFrame.HealthCheck(envelope(s)));
    }

    private static void rooms() {
        Members oneRoom =
                new Members().require(ROOM_ID, ROOM).allow(SINCE, POSITION).allow(PRESENCE, Rule.FLAG);
        put(
                FrameType.JOIN,
                fields().allow(ROOM_ID, ROOM)
                        .allow(SINCE, POSITION)
                        .allow(PRESENCE, Rule.FLAG)
                        .allow(ROOMS, Rule.distinct(ROOM_ID, Rule.list(1, 100, oneRoom))),
                s -> new ClientFrame.Join(
                        envelope(s),
                        s.has(ROOM_ID)
                                ? List.of(roomJoin(s))
                                : s.objects(ROOMS).stream()
                                        .map(Shapes::roomJoin)
                                        .toList()),
                Shape.exactlyOne(ROOM_ID, ROOMS),
                Shape.onlyWith(ROOM_ID, SINCE),
                Shape.onlyWith(ROOM_ID, PRESENCE));
        put(FrameType.LEAVE, fields().require(ROOM_ID, ROOM), s -> new ClientFrame.Leave(envelope(s), room(s)));
        put(
                FrameType.PRESENCE,
                fields().require(ROOM_ID, ROOM).allow(AFTER, USER).allow(LIMIT, Rule.integer(1, 200)),
                s -> new ClientFrame.Presence(
                        envelope(s), room(s), s.textIn(AFTER).map(UserId::new), limit(s, DEFAULT_PRESENCE)));
        put(
                FrameType.REMOVE_USER,
                fields().require(ROOM_ID, ROOM).require(USER_ID, USER).allow(REASON, Rule.text(0, 256)),
                s -> new ClientFrame.RemoveUser(envelope(s), room(s), new UserId(s.text(USER_ID)), s.textIn(REASON)));
    }

    private static void messages() {
        put(
                FrameType.CHAT,
                fields().require(ROOM_ID, ROOM)
                        .require(CONTENT, Rule.text(1, ROOM_CONTENT))
                        .allow(REPLY_TO, UUID)
                        .allow(ATTACHMENTS, ATTACHED),
                s -> new ClientFrame.Chat(envelope(s), room(s), s.text(CONTENT), s.textIn(REPLY_TO), attachments(s)));
        put(
                FrameType.CHAT_MESSAGE,
                fields().require(RECIPIENT_ID, USER)
                        .require(CONTENT, Rule.text(1, DIRECT_CONTENT))
                        .allow(REPLY_TO, UUID)
                        .allow(ATTACHMENTS, ATTACHED),
                s -> new ClientFrame.ChatMessage(
                        envelope(s), recipient(s), s.text(CONTENT), s.textIn(REPLY_TO), attachments(s)));
        put(
                FrameType.EDIT_MESSAGE,
                aimed().require(MESSAGE_ID, UUID).require(CONTENT, Rule.text(1, DIRECT_CONTENT)),
                s -> new ClientFrame.EditMessage(envelope(s), target(s), s.text(MESSAGE_ID), s.text(CONTENT)),
                ONE_TARGET,
                Shape.where(ROOM_ID, CONTENT, Rule.text(0, ROOM_CONTENT)));
        put(
                FrameType.DELETE_MESSAGE,
                aimed().require(MESSAGE_ID, UUID),
                s -> new ClientFrame.DeleteMessage(envelope(s), target(s), s.text(MESSAGE_ID)),
                ONE_TARGET);
        put(
                FrameType.SYSTEM_BROADCAST,
                fields().require(CONTENT, Rule.text(1, ROOM_CONTENT)),
                s -> new ClientFrame.SystemBroadcast(envelope(s), s.text(CONTENT)));
    }

    private static void reading() {
        put(
                FrameType.READ,
                fields().require(ROOM_ID, ROOM).require(SEQ, SEQUENCE),
                s -> new ClientFrame.Read(envelope(s), room(s), s.number(SEQ)));
        put(
                FrameType.HISTORY,
                aimed().allow(BEFORE, SEQUENCE).allow(AFTER, SEQUENCE).allow(LIMIT, Rule.integer(1, 100)),
                s -> new ClientFrame.History(
                        envelope(s), target(s), s.numberIn(BEFORE), s.numberIn(AFTER), limit(s, DEFAULT_HISTORY)),
                ONE_TARGET,
                Shape.notBoth(BEFORE, AFTER));
        put(
                FrameType.ACK,
                fields().require(INBOX_SEQ, SEQUENCE),
                s -> new ClientFrame.InboxAck(envelope(s), s.number(INBOX_SEQ)));
    }

    private static void others() {
        put(
                FrameType.TYPING_INDICATOR,
                aimed().require(IS_TYPING, Rule.FLAG),
                s -> new ClientFrame.TypingIndicator(envelope(s), target(s), s.flag(IS_TYPING)),
                ONE_TARGET);
        put(
                FrameType.FILE_UPLOAD,
                aimed().require(NAME, FILE_NAME)
                        .require(SIZE, Rule.integer(1, MAX_INTEGER))
                        .require(MIME, Rule.form(Form::isMime, 0, 127)),
                s -> new ClientFrame.FileUpload(envelope(s), target(s), s.text(NAME), s.number(SIZE), s.text(MIME)),
                ONE_TARGET);
    }

    private static void put(FrameType type, Members members, Function<Slots, ClientFrame> frame, Rule... between) {
        BY_TYPE.put(type, new Shape(members, List.of(between), frame));
    }

    /** What any frame may carry. {@code type} was read before. */
    private static Members fields() {
        return new Members()
                .require(TYPE, Rule.STRING)
                .allow(ID, Rule.form(Form::isFrameId))
                .allow(CSRF_TOKEN, Rule.text(1, 128))
                .allow(TIMESTAMP, Rule.NUMBER);
    }

    private static Members aimed() {
        return fields().allow(ROOM_ID, ROOM).allow(RECIPIENT_ID, USER);
    }

    private static Envelope envelope(Slots slots) {
        Optional<String> id = slots.textIn(ID);
        Optional<String> csrfToken = slots.textIn(CSRF_TOKEN);
        return id.isEmpty() && csrfToken.isEmpty() ? Envelope.EMPTY : new Envelope(id, csrfToken);
    }

    private static RoomId room(Slots slots) {
        return new RoomId(slots.text(ROOM_ID));
    }

    private static UserId recipient(Slots slots) {
        return new UserId(slots.text(RECIPIENT_ID));
    }

    private static Target target(Slots slots) {
        return slots.has(ROOM_ID) ? new Target.ToRoom(room(slots)) : new Target.ToUser(recipient(slots));
    }

    private static RoomJoin roomJoin(Slots slots) {
        return new RoomJoin(room(slots), position(slots, SINCE), slots.flag(PRESENCE));
    }

    private static Optional<Position> position(Slots slots, Field field) {
        return slots.objectIn(field).map(at -> new Position(at.text(EPOCH), at.number(SEQ)));
    }

    private static int limit(Slots slots, int otherwise) {
        return slots.numberIn(LIMIT).map(Long::intValue).orElse(otherwise);
    }

    private static List<Attachment> attachments(Slots slots) {
        return slots.objects(ATTACHMENTS).stream()
                .map(each -> new Attachment(each.text(TYPE), each.text(URL), each.text(NAME)))
                .toList();
    }
}
