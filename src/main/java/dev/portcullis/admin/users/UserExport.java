package dev.portcullis.admin.users;

import dev.portcullis.auth.account.LoginEntry;
import dev.portcullis.auth.account.UserAccounts.KeptAccount;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.UserRooms.UserRoom;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.uploads.UserUploads.UserUpload;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes what is kept of a user as JSON: the account, the rooms, the block list, the uploads, and the inbox in parts of a
 * bounded size.
 * No hash of a password and no token is in it (CWE-200).
 */
public final class UserExport {
    private final UserStages stages;

    public UserExport(UserStages stages) {
        this.stages = stages;
    }

    /**
     * @param sessions the live ones, as JSON values
     * @param after the part of the inbox behind this seq
     */
    public Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after) {
        Future<Optional<KeptAccount>> account = stages.accounts().find(user);
        Future<List<UserRoom>> rooms = stages.rooms().of(user);
        Future<List<UserId>> blocked = stages.streams().blocks(user);
        Future<List<UserUpload>> files = stages.uploads().of(user);
        Future<Slice> inbox = stages.streams().inbox(user, after);
        return Future.all(account, rooms, blocked, files, inbox).map(any -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("userId", user.value());
            account.result().ifPresent(kept -> fields.put("account", fields(kept)));
            fields.put("sessions", sessions);
            fields.put("rooms", rooms.result().stream().map(UserExport::fields).toList());
            fields.put("blocks", blocked.result().stream().map(UserId::value).toList());
            fields.put(
                    "uploads", files.result().stream().map(UserExport::fields).toList());
            String head = Json.write(fields);
            Buffer json = Buffer.buffer(head.substring(0, head.length() - 1));
            append(json, inbox.result());
            return json.appendString("}");
        });
    }

    /** The messages as the user's devices receive them. */
    private static void append(Buffer json, Slice inbox) {
        json.appendString(",\"inbox\":{\"epoch\":" + Json.write(inbox.head().epoch()) + ",\"seq\":"
                + inbox.head().seq() + ",\"messages\":[");
        String separator = "";
        for (StreamEntry entry : inbox.entries()) {
            json.appendString(separator).appendBytes(EntryFrame.frame(entry));
            separator = ",";
        }
        json.appendString("],\"more\":" + inbox.more() + '}');
    }

    private static Map<String, Object> fields(KeptAccount account) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("username", account.username());
        fields.put("email", account.email());
        fields.put("createdAt", account.createdAt());
        fields.put("logins", account.logins().stream().map(UserExport::fields).toList());
        return fields;
    }

    /** Leaves out the id that names the login. */
    private static Map<String, Object> fields(LoginEntry login) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("createdAt", login.createdAt());
        fields.put("renewedAt", login.renewedAt());
        fields.put("address", login.device().address());
        fields.put("userAgent", login.device().agent());
        return fields;
    }

    private static Map<String, Object> fields(UserRoom row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("roomId", row.room().value());
        fields.put("role", row.role().id());
        return fields;
    }

    /** Leaves out the ticket and the id of the file, by which the file could be fetched. */
    private static Map<String, Object> fields(UserUpload upload) {
        Map<String, Object> fields = new LinkedHashMap<>();
        upload.target()
                .fold(
                        room -> fields.put("roomId", room.value()),
                        recipient -> fields.put("recipientId", recipient.value()));
        fields.put("name", upload.shownName());
        fields.put("size", upload.size());
        fields.put("mime", upload.mime());
        fields.put("createdAt", upload.createdAt());
        fields.put("address", upload.address());
        return fields;
    }
}
