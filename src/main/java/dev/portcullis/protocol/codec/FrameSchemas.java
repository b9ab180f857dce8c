package dev.portcullis.protocol.codec;

import static dev.portcullis.protocol.codec.FieldName.AFTER;
import static dev.portcullis.protocol.codec.FieldName.ATTACHMENTS;
import static dev.portcullis.protocol.codec.FieldName.BEFORE;
import static dev.portcullis.protocol.codec.FieldName.CONTENT;
import static dev.portcullis.protocol.codec.FieldName.CSRF_TOKEN;
import static dev.portcullis.protocol.codec.FieldName.EPOCH;
import static dev.portcullis.protocol.codec.FieldName.ID;
import static dev.portcullis.protocol.codec.FieldName.INBOX;
import static dev.portcullis.protocol.codec.FieldName.INBOX_SEQ;
import static dev.portcullis.protocol.codec.FieldName.IS_TYPING;
import static dev.portcullis.protocol.codec.FieldName.LIMIT;
import static dev.portcullis.protocol.codec.FieldName.MESSAGE_ID;
import static dev.portcullis.protocol.codec.FieldName.MIME;
import static dev.portcullis.protocol.codec.FieldName.NAME;
import static dev.portcullis.protocol.codec.FieldName.PRESENCE;
import static dev.portcullis.protocol.codec.FieldName.REASON;
import static dev.portcullis.protocol.codec.FieldName.RECIPIENT_ID;
import static dev.portcullis.protocol.codec.FieldName.REPLY_TO;
import static dev.portcullis.protocol.codec.FieldName.RESUME;
import static dev.portcullis.protocol.codec.FieldName.ROOMS;
import static dev.portcullis.protocol.codec.FieldName.ROOM_ID;
import static dev.portcullis.protocol.codec.FieldName.SEQ;
import static dev.portcullis.protocol.codec.FieldName.SINCE;
import static dev.portcullis.protocol.codec.FieldName.SIZE;
import static dev.portcullis.protocol.codec.FieldName.TIMESTAMP;
import static dev.portcullis.protocol.codec.FieldName.TOKEN;
import static dev.portcullis.protocol.codec.FieldName.TYPE;
import static dev.portcullis.protocol.codec.FieldName.URL;
import static dev.portcullis.protocol.codec.FieldName.USER_ID;
import static dev.portcullis.protocol.codec.ValueRule.MAX_INTEGER;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.ClientFrame.RoomJoin;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.IdSyntax;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What each type of frame looks like: the schemas once more, as rules. A test holds both to the same answers. */
final class FrameSchemas {
    private static final int ROOM_CONTENT = 1_000;
    private static final int DIRECT_CONTENT = 5_000;
    private static final int DEFAULT_HISTORY = 50;
    private static final int DEFAULT_PRESENCE = 200;

    private static final ValueRule ROOM = ValueRule.form(IdSyntax::isRoomId);
    private static final ValueRule USER = ValueRule.form(IdSyntax::isUserId);
    private static final ValueRule UUID = ValueRule.form(IdSyntax::isUuid);
    private static final ValueRule SEQUENCE = ValueRule.integer(0, MAX_INTEGER);
    private static final ValueRule FILE_NAME = ValueRule.text(1, 255);
    private static final ValueRule TOKEN_TEXT = ValueRule.text(0, 16_384);
    private static final ValueRule POSITION =
            new ObjectRule().require(EPOCH, ValueRule.form(IdSyntax::isEpoch)).require(SEQ, SEQUENCE);
    private static final ValueRule ATTACHED = ValueRule.list(
            0,
            10,
            new ObjectRule()
                    .require(TYPE, ValueRule.word(Set.of("image", "file", "audio")))
                    .require(URL, ValueRule.form(IdSyntax::isHttpsUrl, 0, 2_048))
                    .require(NAME, FILE_NAME));
    private static final ValueRule ONE_TARGET = FrameSchema.exactlyOne(ROOM_ID, RECIPIENT_ID);

    private static final Map<FrameType, FrameSchema> BY_TYPE = new EnumMap<>(FrameType.class);

    static {
        session();
        rooms();
        messages();
        reading();
        others();
    }

    private FrameSchemas() {}

    static FrameSchema of(FrameType type) {
        return Optional.ofNullable(BY_TYPE.get(type)).orElseThrow();
    }

    private static void session() {
        put(
                FrameType.AUTH,
                fields().require(TOKEN, TOKEN_TEXT).allow(RESUME, new ObjectRule().require(INBOX, POSITION)),
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
        ObjectRule oneRoom =
                new ObjectRule().require(ROOM_ID, ROOM).allow(SINCE, POSITION).allow(PRESENCE, ValueRule.FLAG);
        put(
                FrameType.JOIN,
                fields().allow(ROOM_ID, ROOM)
                        .allow(SINCE, POSITION)
                        .allow(PRESENCE, ValueRule.FLAG)
                        .allow(ROOMS, ValueRule.distinct(ROOM_ID, ValueRule.list(1, 100, oneRoom))),
                s -> new ClientFrame.Join(
                        envelope(s),
                        s.has(ROOM_ID)
                                ? List.of(roomJoin(s))
                                : s.objects(ROOMS).stream()
                                        .map(FrameSchemas::roomJoin)
                                        .toList()),
                FrameSchema.exactlyOne(ROOM_ID, ROOMS),
                FrameSchema.onlyWith(ROOM_ID, SINCE),
                FrameSchema.onlyWith(ROOM_ID, PRESENCE));
        put(FrameType.LEAVE, fields().require(ROOM_ID, ROOM), s -> new ClientFrame.Leave(envelope(s), room(s)));
        put(
                FrameType.PRESENCE,
                fields().require(ROOM_ID, ROOM).allow(AFTER, USER).allow(LIMIT, ValueRule.integer(1, 200)),
                s -> new ClientFrame.Presence(
                        envelope(s), room(s), s.textIn(AFTER).map(UserId::new), limit(s, DEFAULT_PRESENCE)));
        put(
                FrameType.REMOVE_USER,
                fields().require(ROOM_ID, ROOM).require(USER_ID, USER).allow(REASON, ValueRule.text(0, 256)),
                s -> new ClientFrame.RemoveUser(envelope(s), room(s), new UserId(s.text(USER_ID)), s.textIn(REASON)));
    }

    private static void messages() {
        put(
                FrameType.CHAT,
                fields().require(ROOM_ID, ROOM)
                        .require(CONTENT, ValueRule.text(1, ROOM_CONTENT))
                        .allow(REPLY_TO, UUID)
                        .allow(ATTACHMENTS, ATTACHED),
                s -> new ClientFrame.Chat(envelope(s), room(s), s.text(CONTENT), s.textIn(REPLY_TO), attachments(s)));
        put(
                FrameType.CHAT_MESSAGE,
                fields().require(RECIPIENT_ID, USER)
                        .require(CONTENT, ValueRule.text(1, DIRECT_CONTENT))
                        .allow(REPLY_TO, UUID)
                        .allow(ATTACHMENTS, ATTACHED),
                s -> new ClientFrame.ChatMessage(
                        envelope(s), recipient(s), s.text(CONTENT), s.textIn(REPLY_TO), attachments(s)));
        put(
                FrameType.EDIT_MESSAGE,
                aimed().require(MESSAGE_ID, UUID).require(CONTENT, ValueRule.text(1, DIRECT_CONTENT)),
                s -> new ClientFrame.EditMessage(envelope(s), target(s), s.text(MESSAGE_ID), s.text(CONTENT)),
                ONE_TARGET,
                FrameSchema.where(ROOM_ID, CONTENT, ValueRule.text(0, ROOM_CONTENT)));
        put(
                FrameType.DELETE_MESSAGE,
                aimed().require(MESSAGE_ID, UUID),
                s -> new ClientFrame.DeleteMessage(envelope(s), target(s), s.text(MESSAGE_ID)),
                ONE_TARGET);
        put(
                FrameType.SYSTEM_BROADCAST,
                fields().require(CONTENT, ValueRule.text(1, ROOM_CONTENT)),
                s -> new ClientFrame.SystemBroadcast(envelope(s), s.text(CONTENT)));
    }

    private static void reading() {
        put(
                FrameType.READ,
                fields().require(ROOM_ID, ROOM).require(SEQ, SEQUENCE),
                s -> new ClientFrame.Read(envelope(s), room(s), s.number(SEQ)));
        put(
                FrameType.HISTORY,
                aimed().allow(BEFORE, SEQUENCE).allow(AFTER, SEQUENCE).allow(LIMIT, ValueRule.integer(1, 100)),
                s -> new ClientFrame.History(
                        envelope(s), target(s), s.numberIn(BEFORE), s.numberIn(AFTER), limit(s, DEFAULT_HISTORY)),
                ONE_TARGET,
                FrameSchema.notBoth(BEFORE, AFTER));
        put(
                FrameType.ACK,
                fields().require(INBOX_SEQ, SEQUENCE),
                s -> new ClientFrame.InboxAck(envelope(s), s.number(INBOX_SEQ)));
    }

    private static void others() {
        put(
                FrameType.TYPING_INDICATOR,
                aimed().require(IS_TYPING, ValueRule.FLAG),
                s -> new ClientFrame.TypingIndicator(envelope(s), target(s), s.flag(IS_TYPING)),
                ONE_TARGET);
        put(
                FrameType.FILE_UPLOAD,
                aimed().require(NAME, FILE_NAME)
                        .require(SIZE, ValueRule.integer(1, MAX_INTEGER))
                        .require(MIME, ValueRule.form(IdSyntax::isMime, 0, 127)),
                s -> new ClientFrame.FileUpload(envelope(s), target(s), s.text(NAME), s.number(SIZE), s.text(MIME)),
                ONE_TARGET);
    }

    private static void put(
            FrameType type, ObjectRule rule, Function<ParsedObject, ClientFrame> frame, ValueRule... between) {
        BY_TYPE.put(type, new FrameSchema(rule, List.of(between), frame));
    }

    /** What any frame may carry. {@code type} was read before. */
    private static ObjectRule fields() {
        return new ObjectRule()
                .require(TYPE, ValueRule.STRING)
                .allow(ID, ValueRule.form(IdSyntax::isFrameId))
                .allow(CSRF_TOKEN, ValueRule.text(1, 128))
                .allow(TIMESTAMP, ValueRule.NUMBER);
    }

    private static ObjectRule aimed() {
        return fields().allow(ROOM_ID, ROOM).allow(RECIPIENT_ID, USER);
    }

    private static Envelope envelope(ParsedObject fields) {
        Optional<String> id = fields.textIn(ID);
        Optional<String> csrfToken = fields.textIn(CSRF_TOKEN);
        return id.isEmpty() && csrfToken.isEmpty() ? Envelope.EMPTY : new Envelope(id, csrfToken);
    }

    private static RoomId room(ParsedObject fields) {
        return new RoomId(fields.text(ROOM_ID));
    }

    private static UserId recipient(ParsedObject fields) {
        return new UserId(fields.text(RECIPIENT_ID));
    }

    private static Target target(ParsedObject fields) {
        return fields.has(ROOM_ID) ? new Target.ToRoom(room(fields)) : new Target.ToUser(recipient(fields));
    }

    private static RoomJoin roomJoin(ParsedObject fields) {
        return new RoomJoin(room(fields), position(fields, SINCE), fields.flag(PRESENCE));
    }

    private static Optional<Position> position(ParsedObject fields, FieldName name) {
        return fields.objectIn(name).map(at -> new Position(at.text(EPOCH), at.number(SEQ)));
    }

    private static int limit(ParsedObject fields, int otherwise) {
        return fields.numberIn(LIMIT).map(Long::intValue).orElse(otherwise);
    }

    private static List<Attachment> attachments(ParsedObject fields) {
        return fields.objects(ATTACHMENTS).stream()
                .map(each -> new Attachment(each.text(TYPE), each.text(URL), each.text(NAME)))
                .toList();
    }
}
