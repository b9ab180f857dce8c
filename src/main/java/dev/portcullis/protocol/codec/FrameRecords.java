package dev.portcullis.protocol.codec;

import static dev.portcullis.protocol.codec.FieldName.AFTER;
import static dev.portcullis.protocol.codec.FieldName.ATTACHMENTS;
import static dev.portcullis.protocol.codec.FieldName.BEFORE;
import static dev.portcullis.protocol.codec.FieldName.CONTENT;
import static dev.portcullis.protocol.codec.FieldName.CSRF_TOKEN;
import static dev.portcullis.protocol.codec.FieldName.CURSOR;
import static dev.portcullis.protocol.codec.FieldName.DATA;
import static dev.portcullis.protocol.codec.FieldName.EPOCH;
import static dev.portcullis.protocol.codec.FieldName.EVENT;
import static dev.portcullis.protocol.codec.FieldName.EXPIRES_IN_MS;
import static dev.portcullis.protocol.codec.FieldName.ID;
import static dev.portcullis.protocol.codec.FieldName.INBOX;
import static dev.portcullis.protocol.codec.FieldName.INBOX_SEQ;
import static dev.portcullis.protocol.codec.FieldName.IS_TYPING;
import static dev.portcullis.protocol.codec.FieldName.LIMIT;
import static dev.portcullis.protocol.codec.FieldName.MESSAGE_ID;
import static dev.portcullis.protocol.codec.FieldName.MIME;
import static dev.portcullis.protocol.codec.FieldName.NAME;
import static dev.portcullis.protocol.codec.FieldName.PRESENCE;
import static dev.portcullis.protocol.codec.FieldName.QUERY;
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
import dev.portcullis.protocol.SearchCriteria;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/** Builds the record of a frame from an object that passed the schema of its type. */
final class FrameRecords {
    private static final int DEFAULT_HISTORY = 50;
    private static final int DEFAULT_PRESENCE = 200;

    private FrameRecords() {}

    static ClientFrame of(FrameType type, ParsedObject fields) {
        Envelope envelope = new Envelope(type, fields.textIn(ID), fields.textIn(CSRF_TOKEN));
        return switch (type) {
            case AUTH -> new ClientFrame.Auth(envelope, fields.text(TOKEN), inbox(fields));
            case TOKEN_REFRESH -> new ClientFrame.TokenRefresh(envelope, fields.text(TOKEN));
            case JOIN -> new ClientFrame.Join(envelope, roomJoins(fields));
            case LEAVE -> new ClientFrame.Leave(envelope, room(fields));
            case CHAT ->
                new ClientFrame.Chat(
                        envelope,
                        room(fields),
                        fields.text(CONTENT),
                        fields.textIn(REPLY_TO),
                        attachments(fields),
                        fields.numberIn(EXPIRES_IN_MS));
            case CHAT_MESSAGE ->
                new ClientFrame.ChatMessage(
                        envelope,
                        recipient(fields),
                        fields.text(CONTENT),
                        fields.textIn(REPLY_TO),
                        attachments(fields),
                        fields.numberIn(EXPIRES_IN_MS));
            case EDIT_MESSAGE ->
                new ClientFrame.EditMessage(envelope, target(fields), fields.text(MESSAGE_ID), fields.text(CONTENT));
            case DELETE_MESSAGE -> new ClientFrame.DeleteMessage(envelope, target(fields), fields.text(MESSAGE_ID));
            case TYPING_INDICATOR -> new ClientFrame.TypingIndicator(envelope, target(fields), fields.flag(IS_TYPING));
            case READ -> new ClientFrame.Read(envelope, room(fields), fields.number(SEQ));
            case HISTORY ->
                new ClientFrame.History(
                        envelope,
                        target(fields),
                        fields.numberIn(BEFORE),
                        fields.numberIn(AFTER),
                        limit(fields, DEFAULT_HISTORY));
            case SEARCH -> new ClientFrame.Search(envelope, criteria(fields));
            case PRESENCE ->
                new ClientFrame.Presence(
                        envelope, room(fields), fields.textIn(AFTER).map(UserId::new), limit(fields, DEFAULT_PRESENCE));
            case REMOVE_USER ->
                new ClientFrame.RemoveUser(
                        envelope, room(fields), new UserId(fields.text(USER_ID)), fields.textIn(REASON));
            case SYSTEM_BROADCAST -> new ClientFrame.SystemBroadcast(envelope, fields.text(CONTENT));
            case ACK -> new ClientFrame.InboxAck(envelope, fields.number(INBOX_SEQ));
            case FILE_UPLOAD ->
                new ClientFrame.FileUpload(
                        envelope, target(fields), fields.text(NAME), fields.number(SIZE), fields.text(MIME));
            case PING -> new ClientFrame.Ping(envelope);
            case HEALTH_CHECK -> new ClientFrame.HealthCheck(envelope);
            case EVENT ->
                new ClientFrame.Event(
                        envelope,
                        target(fields),
                        fields.text(EVENT),
                        fields.rawIn(DATA).orElseThrow());
        };
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

    private static SearchCriteria criteria(ParsedObject fields) {
        boolean somewhere = fields.has(ROOM_ID) || fields.has(RECIPIENT_ID);
        return new SearchCriteria(
                fields.text(QUERY),
                somewhere ? Optional.of(target(fields)) : Optional.empty(),
                fields.textIn(USER_ID).map(UserId::new),
                fields.numberIn(AFTER),
                fields.numberIn(BEFORE),
                limit(fields, SearchCriteria.USUAL_LIMIT),
                fields.textIn(CURSOR));
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
