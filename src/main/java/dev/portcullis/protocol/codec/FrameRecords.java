package dev.portcullis.protocol.codec;

import static dev.portcullis.protocol.codec.FieldName.AFTER;
import static dev.portcullis.protocol.codec.FieldName.ATTACHMENTS;
import static dev.portcullis.protocol.codec.FieldName.BEFORE;
import static dev.portcullis.protocol.codec.FieldName.CONTENT;
import static dev.portcullis.protocol.codec.FieldName.CSRF_TOKEN;
import static dev.portcullis.protocol.codec.FieldName.DATA;
import static dev.portcullis.protocol.codec.FieldName.EPOCH;
import static dev.portcullis.protocol.codec.FieldName.EVENT;
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
import static dev.portcullis.protocol.codec.FieldName.TAIL;
import static dev.portcullis.protocol.codec.FieldName.TOKEN;
import static dev.portcullis.protocol.codec.FieldName.TYPE;
import static dev.portcullis.protocol.codec.FieldName.URL;
import static dev.portcullis.protocol.codec.FieldName.USER_ID;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.ClientFrame.RoomJoin;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Builds the record of a frame from an object that passed the schema of its type. */
final class FrameRecords {
    private static final int DEFAULT_HISTORY = 50;
    private static final int DEFAULT_PRESENCE = 200;

    private FrameRecords() {}

    static Function<ParsedObject, ClientFrame> of(FrameType type) {
        return switch (type) {
            case AUTH -> s -> new ClientFrame.Auth(envelope(s), s.text(TOKEN), inbox(s));
            case TOKEN_REFRESH -> s -> new ClientFrame.TokenRefresh(envelope(s), s.text(TOKEN));
            case JOIN -> s -> new ClientFrame.Join(envelope(s), roomJoins(s));
            case LEAVE -> s -> new ClientFrame.Leave(envelope(s), room(s));
            case CHAT ->
                s -> new ClientFrame.Chat(envelope(s), room(s), s.text(CONTENT), s.textIn(REPLY_TO), attachments(s));
            case CHAT_MESSAGE ->
                s -> new ClientFrame.ChatMessage(
                        envelope(s), recipient(s), s.text(CONTENT), s.textIn(REPLY_TO), attachments(s));
            case EDIT_MESSAGE ->
                s -> new ClientFrame.EditMessage(envelope(s), target(s), s.text(MESSAGE_ID), s.text(CONTENT));
            case DELETE_MESSAGE -> s -> new ClientFrame.DeleteMessage(envelope(s), target(s), s.text(MESSAGE_ID));
            case TYPING_INDICATOR -> s -> new ClientFrame.TypingIndicator(envelope(s), target(s), s.flag(IS_TYPING));
            case READ -> s -> new ClientFrame.Read(envelope(s), room(s), s.number(SEQ));
            case HISTORY ->
                s -> new ClientFrame.History(
                        envelope(s), target(s), s.numberIn(BEFORE), s.numberIn(AFTER), limit(s, DEFAULT_HISTORY));
            case PRESENCE ->
                s -> new ClientFrame.Presence(
                        envelope(s), room(s), s.textIn(AFTER).map(UserId::new), limit(s, DEFAULT_PRESENCE));
            case REMOVE_USER ->
                s -> new ClientFrame.RemoveUser(envelope(s), room(s), new UserId(s.text(USER_ID)), s.textIn(REASON));
            case SYSTEM_BROADCAST -> s -> new ClientFrame.SystemBroadcast(envelope(s), s.text(CONTENT));
            case ACK -> s -> new ClientFrame.InboxAck(envelope(s), s.number(INBOX_SEQ));
            case FILE_UPLOAD ->
                s -> new ClientFrame.FileUpload(envelope(s), target(s), s.text(NAME), s.number(SIZE), s.text(MIME));
            case PING -> s -> new ClientFrame.Ping(envelope(s));
            case HEALTH_CHECK -> s -> new ClientFrame.HealthCheck(envelope(s));
            case EVENT ->
                s -> new ClientFrame.Event(
                        envelope(s), target(s), s.text(EVENT), s.rawIn(DATA).orElseThrow());
        };
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

    private static List<RoomJoin> roomJoins(ParsedObject fields) {
        return fields.has(ROOM_ID)
                ? List.of(roomJoin(fields))
                : fields.objects(ROOMS).stream().map(FrameRecords::roomJoin).toList();
    }

    private static RoomJoin roomJoin(ParsedObject fields) {
        return new RoomJoin(
                room(fields),
                position(fields, SINCE),
                fields.flag(PRESENCE),
                fields.numberIn(TAIL).map(Long::intValue).orElse(0));
    }

    private static Optional<Position> inbox(ParsedObject fields) {
        return fields.objectIn(RESUME).flatMap(resume -> position(resume, INBOX));
    }

    private static Optional<Position> position(ParsedObject fields, FieldName name) {
        return fields.objectIn(name).map(at -> new Position(at.text(EPOCH), at.number(SEQ)));
    }

    private static int limit(ParsedObject fields, int defaultLimit) {
        return fields.numberIn(LIMIT).map(Long::intValue).orElse(defaultLimit);
    }

    private static List<Attachment> attachments(ParsedObject fields) {
        return fields.objects(ATTACHMENTS).stream()
                .map(each -> new Attachment(each.text(TYPE), each.text(URL), each.text(NAME)))
                .toList();
    }
}
